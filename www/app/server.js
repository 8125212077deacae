// What a server would be sent: the evidence, and the decision as text, byte for byte as it would come to it again.
// Where a leadstage server stands behind the site, it is really sent, as a receipt, when the visitor says so; and what the server says to it is shown.

import { el, icon } from './dom.js'

/** The service that the page names, `<meta name="leadstage-server" content="./">`; null where it names none. */
function named() {
  const name = document.querySelector('meta[name="leadstage-server"]')?.content
  return name ? new URL(name.replace(/\/?$/, '/'), document.baseURI) : null
}
export const service = named()

async function ask(path, body) {
  const response = await fetch(new URL(path, service), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? `it answered ${response.status}`), { code: answer.code })
  return answer
}

const code = (label, text) => el('pre', { class: 'panel-code', role: 'region', tabindex: '0', 'aria-label': label }, text)
const small = (...text) => el('p', { class: 'panel-small' }, ...text)

export function serverSection({ visitor, ahead }) {
  const sent = code('Evidence', '')
  const claimed = code('Decision', '')
  const said = el('div', { role: 'status' })
  const proof = el('div', { class: 'panel-proof' })
  const button = el('button', { class: 'button quiet small', type: 'button', onclick: () => void send() }, 'Send it, and let the server decide')
  const details = el('details', {}, el('summary', {}, 'What a server would see'),
    small('This is all that would be sent. From the evidence the server works the decision out by itself, and takes nobody’s word for it.'),
    sent, claimed,
    service ? el('div', { class: 'panel-send' }, small('A leadstage server stands behind this site. Nothing goes to it until you press this.'), button, el('div', { class: 'panel-verdict' }, said, proof))
      : small('No server stands behind this copy of the site, so it stays here.'))
  const node = el('section', { class: 'panel-server' }, details)
  /** Whoever withdraws while something is on its way sees nothing of it. */
  let sending = 0

  function show() {
    if (!details.open || !visitor.session) return
    const { facts, events } = visitor
    sent.textContent = JSON.stringify({ facts, events }, null, 1)
    claimed.textContent = visitor.session.decideText(Date.now() + ahead())
  }

  function clear() {
    sending += 1
    button.disabled = false
    sent.textContent = claimed.textContent = ''
    tell('none', [])
  }

  async function send() {
    const mine = (sending += 1)
    button.disabled = true
    tell('none', [el('p', {}, 'One moment…')])
    const told = await outcome(() => mine === sending).catch(({ code: why, message }) => (typeof why === 'string'
      ? ['refused', [head('cross', 'The server refused it.'), el('p', {}, el('b', {}, why.replaceAll('_', ' ')), `: ${clocked(message)}.`)]]
      : ['failed', [head('cross', 'It could not be sent.'), el('p', {}, message)]]))
    if (mine !== sending) return
    button.disabled = false
    tell(...told)
  }

  async function outcome(wanted) {
    const [{ receipt }, { challenge }] = await Promise.all([
      import('../leadstage/receipt.js'), ask('v1/challenges', JSON.stringify({ playbook: visitor.playbook.digest })),
    ])
    if (!wanted()) return null
    const text = await receipt(visitor.playbook, { challenge, ...visitor.disclosed() })
    return verified(await ask('v1/receipts', text), text)
  }

  function tell(what, parts, papers = []) {
    said.dataset.outcome = what
    said.replaceChildren(...parts)
    proof.replaceChildren(...papers)
  }

  details.addEventListener('toggle', show)
  return { node, show, clear }
}

const head = (sign, text) => el('p', { class: 'panel-verdict-head' }, icon(sign), el('b', {}, text))

function verified({ changes = [], verdict }, text) {
  const bytes = new TextEncoder().encode(text).length.toLocaleString('en-US')
  return [changes.length > 0 ? 'changed' : 'same', [
    head('check', changes.length > 0 ? 'Your browser decided rightly; the server knew more.' : 'The server came to the same decision.'),
    el('p', {}, `It was sent ${bytes} bytes, recomputed every score and gate, and found each as your browser had said. `, changes.length > 0 ? 'What it added changed this:' : 'It had nothing to add.'),
    changes.length > 0 && el('ul', { class: 'changes' }, changes.map(({ path, before, after }) => el('li', {}, el('span', {}, path.slice(1).replaceAll('/', ' / ')), el('b', {}, `${brief(before)} → ${brief(after)}`)))),
  ].filter(Boolean), [small('The receipt, as it was sent:'), code('Receipt', text), ...(verdict ? [small('And it signed what it decided, for others to rely on:'), code('Verdict', JSON.stringify(claims(verdict), null, 1))] : [])]]
}

/** Instants as a clock shows them. */
const clocked = (text) => text.replace(/\b\d{13}\b/g, (at) => new Date(Number(at)).toLocaleTimeString())

const brief = (value) => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

/** What a signed verdict says; whether the signature is right is for those to check who rely on it. */
function claims(verdict) {
  const bytes = Uint8Array.from(atob(verdict.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}
