// <leadstage-chat>: asks what a conversation wants to know, and ends in its route. It decides nothing itself.

const TEXTS = {
  title: 'A few questions',
  send: 'Send',
  skip: 'Rather not say',
  skipped: 'Not said',
  none: 'None of these',
  change: 'Change',
  keep: 'Leave it as it is',
  why: 'Why we ask',
  decides: 'This decides what happens next in {0} of {1} answers.',
  matters: 'Your answer can change what happens next.',
  most: 'At most {0} more.',
  end: 'Thank you. That is all we need to know.',
  handed_over: 'Thank you. A person will go on from here.',
  failed: 'Something went wrong.',
  retry: 'Try again',
  yourAnswer: 'Your answer',
}

const STYLE = `
:host { display: block; color: var(--leadstage-ink, CanvasText); background: var(--leadstage-paper, Canvas); font: inherit; line-height: 1.4;
  --ink: var(--leadstage-ink, CanvasText); --accent: var(--leadstage-accent, #0b57d0); --on: var(--leadstage-on-accent, #fff); --soft: var(--leadstage-soft, color-mix(in srgb, var(--ink) 8%, transparent));
  --line: var(--leadstage-line, color-mix(in srgb, var(--ink) 55%, transparent)); --round: var(--leadstage-radius, .75rem); --gap: var(--leadstage-gap, .625rem) }
:host([hidden]) { display: none }
section { padding: var(--gap); display: grid; gap: var(--gap) }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: var(--gap) }
li { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline }
li.said { justify-content: end }
p, legend { margin: 0; padding: 0; overflow-wrap: anywhere }
li p, legend span { display: block; padding: .5rem .75rem; border-radius: var(--round); background: var(--soft); max-width: 100%; box-sizing: border-box }
li.said p { background: var(--accent); color: var(--on) }
legend { margin-block-end: var(--gap) }
form, fieldset { display: grid; gap: var(--gap); margin: 0; padding: 0; border: 0; min-width: 0 }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
button, input { font: inherit; color: inherit; min-height: 2.75rem; padding: .25rem .875rem; border: 1px solid var(--line); border-radius: var(--round); background: transparent }
button { cursor: pointer; text-align: start }
input { flex: 1 1 10rem; min-width: 0; box-sizing: border-box }
label { display: flex; gap: .5rem; align-items: center; min-height: 2rem }
input[type=checkbox] { flex: none; min-height: auto; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent) }
button:hover:enabled { background: var(--soft) }
.send { background: var(--accent); color: var(--on); border-color: transparent }
.send:hover:enabled { background: var(--accent); filter: brightness(.92) }
.plain { border-color: transparent; text-decoration: underline; padding-inline: .25rem }
button:disabled { opacity: .6; cursor: default }
summary { cursor: pointer; min-height: 1.5rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
legend span:focus, .end:focus { outline: none }
.wrong { border-inline-start: 4px solid currentColor; padding-inline-start: .625rem; color: var(--leadstage-wrong, inherit) }
@media (prefers-reduced-motion: no-preference) { li, .now { animation: come .2s ease-out } @keyframes come { from { opacity: 0; transform: translateY(.25rem) } } }`

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value)
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false))
  return node
}

const filled = (text, ...values) => text.replace(/\{(\d)\}/g, (_, place) => values[place])
const labelOf = (answer) => answer.label ?? answer
const valueOf = (answer) => answer.value ?? labelOf(answer)
const idOf = (turn) => turn.ask?.attribute ?? turn.again

let sheet

/** A custom element; `conversation` is what it leads. */
export class LeadstageChat extends (globalThis.HTMLElement ?? class {}) {
  #conversation = null
  #texts = TEXTS
  /** What was asked and said: `{ turn, said }`, `said` undefined where the visitor would rather not say. */
  #past = []
  #turn = null
  /** The place in the past that is being changed. */
  #changing = null
  #busy = false
  #run = 0
  #root = null
  #log
  #now

  connectedCallback() {
    if (this.#root) return
    this.#root = this.attachShadow({ mode: 'open' })
    if (!sheet) {
      sheet = new CSSStyleSheet()
      sheet.replaceSync(STYLE)
    }
    this.#root.adoptedStyleSheets = [sheet]
    this.#log = el('ol')
    this.#now = el('div', { class: 'now', part: 'now' })
    this.#root.append(el('section', { part: 'chat' }, el('div', { part: 'log', role: 'log' }, this.#log), this.#now))
    this.restart()
  }

  get conversation() {
    return this.#conversation
  }

  set conversation(conversation) {
    this.#conversation = conversation
    this.restart()
  }

  get texts() {
    return this.#texts
  }

  /** Texts in another language; those that are left out stay as they are. */
  set texts(texts) {
    this.#texts = { ...this.#texts, ...texts }
    this.#draw()
  }

  /** Asks the conversation anew what is to be said. */
  restart() {
    this.#past = []
    this.#turn = this.#changing = null
    this.#run += 1
    if (this.#conversation && this.#root) void this.#go(() => this.#conversation.next())
  }

  async #go(act, done) {
    const run = this.#run
    const focused = this.#root.activeElement !== null
    this.#busy = true
    for (const control of this.#now.querySelectorAll('button, input')) control.disabled = true
    let failed = null
    try {
      const turn = await act()
      if (run !== this.#run) return
      if (!done || done(turn)) {
        // Asked again: why, and how many more at most, is as before.
        this.#turn = turn.again && this.#turn ? { ...this.#turn, ...turn } : turn
        this.#changing = null
      }
    } catch (error) {
      if (run !== this.#run) return
      failed = () => this.#go(act, done)
      this.#tell('error', { error })
    }
    this.#busy = false
    this.#draw(failed)
    if (focused) this.#now.querySelector('[tabindex], button')?.focus()
    if (!failed && this.#turn.end) this.#tell('end', this.#turn)
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(`leadstage-${what}`, { detail, bubbles: true, composed: true }))
  }

  #answer(value, label) {
    if (this.#busy) return
    const id = idOf(this.#asked())
    const place = this.#changing
    const act = () => (place === null ? this.#conversation.answer(id, value) : this.#conversation.correct(id, value))
    void this.#go(act, (next) => this.#note(next, place, label, { id, value }))
  }

  #decline() {
    if (this.#busy) return
    const id = idOf(this.#asked())
    void this.#go(() => this.#conversation.decline(id), (next) => this.#note(next, null, undefined, { id }))
  }

  /** Puts down what was said; says whether to go on, which a correction that was not understood does not. */
  #note(next, place, said, detail) {
    const turn = this.#asked()
    if (next.again && next.again === idOf(turn)) {
      if (place !== null) this.#past[place].turn = { ...turn, ...next }
      return place === null
    }
    const entry = { turn: { ...turn, message: undefined }, said }
    if (place === null) this.#past.push(entry)
    else this.#past[place] = entry
    this.#tell('answer', detail)
    return true
  }

  #asked() {
    return this.#changing === null ? this.#turn : this.#past[this.#changing].turn
  }

  #change(place) {
    if (this.#busy) return
    this.#changing = place
    this.#draw()
    this.#now.querySelector('[tabindex]')?.focus()
  }

  #draw(failed) {
    if (!this.#root) return
    const texts = this.#texts
    this.#root.firstElementChild.setAttribute('aria-label', texts.title)
    // Messages that are there stay, so that a screen reader hears the new ones only.
    const messages = this.#past.map((entry, place) => ({ entry, place, key: JSON.stringify([entry.turn.text, entry.said, texts.change]) }))
    messages.forEach(({ entry, place, key }) => {
      const there = this.#log.children[place * 2 + 1]
      if (there?.dataset.key === key) return
      const question = el('li', { part: 'message question' }, el('p', {}, entry.turn.text))
      const answer = el('li', { class: 'said', part: 'message answer', 'data-key': key }, el('p', {}, entry.said ?? texts.skipped),
        el('button', { type: 'button', class: 'plain', part: 'change', 'aria-label': `${texts.change}: ${entry.turn.text}`, onclick: () => this.#change(place) }, texts.change))
      if (there) there.replaceWith(answer)
      else this.#log.append(question, answer)
    })
    while (this.#log.children.length > messages.length * 2) this.#log.lastElementChild.remove()
    const asked = this.#asked()
    if (failed) {
      this.#now.replaceChildren(el('p', { class: 'wrong', part: 'error', role: 'alert' }, texts.failed), el('button', { type: 'button', part: 'retry', onclick: failed }, texts.retry))
    } else if (asked) {
      this.#now.replaceChildren(asked.end ? this.#end(asked) : this.#form(asked))
    }
  }

  #form(asked) {
    const texts = this.#texts
    const changing = this.#changing !== null
    const { text, answers = [], multiple, message, input = 'text', because, ask: { decides, at_most: most } = {} } = asked
    const wrong = message && el('p', { class: 'wrong', id: 'wrong', part: 'error', role: 'alert' }, message)
    const field = answers.length === 0 && el('input', {
      type: input, part: 'input', 'aria-label': texts.yourAnswer, required: true, maxlength: 4000, step: input === 'number' && 'any', 'aria-invalid': !!wrong && 'true', 'aria-describedby': !!wrong && 'wrong',
    })
    const boxes = multiple && answers.map((answer) => Object.assign(el('input', { type: 'checkbox' }), { answer }))
    const buttons = boxes ? boxes.map((box) => el('label', { part: 'choice' }, box, labelOf(box.answer))) : answers.map((answer) => el('button', { type: 'button', part: 'choice', onclick: () => this.#answer(valueOf(answer), labelOf(answer)) }, labelOf(answer)))
    const reason = [because ?? (decides?.answers ? filled(texts.decides, decides.answers, decides.of) : texts.matters), most > 1 && filled(texts.most, most - 1)].filter(Boolean).join(' ')
    return el('form', { part: 'ask', novalidate: true, onsubmit: (event) => {
      event.preventDefault()
      const said = field ? field.value.trim() : ''
      const chosen = boxes ? boxes.filter((box) => box.checked).map((box) => box.answer) : []
      if (said) this.#answer(said, said)
      else if (boxes) this.#answer(chosen.map(valueOf), chosen.map(labelOf).join(', ') || texts.none)
    } },
    el('fieldset', {}, el('legend', {}, el('span', { tabindex: '-1', part: 'message question' }, text)), wrong || null,
      el('div', { class: 'row', part: 'answers' }, ...(field ? [field] : buttons), (field || boxes) && el('button', { class: 'send', part: 'send' }, texts.send))),
    el('div', { class: 'row', part: 'more' },
      changing ? el('button', { type: 'button', class: 'plain', part: 'keep', onclick: () => this.#change(null) }, texts.keep)
        : el('button', { type: 'button', class: 'plain', part: 'skip', onclick: () => this.#decline() }, texts.skip)),
    el('details', { part: 'why' }, el('summary', {}, texts.why), el('p', {}, reason)))
  }

  /** What the page has for this route, by its slot; else what it has for any; else a word of thanks. */
  #end({ route, end }) {
    const words = el('p', {}, end === 'handed_over' ? this.#texts.handed_over : this.#texts.end)
    const any = el('slot', { name: 'end' }, words)
    return el('div', { class: 'end', part: 'end', tabindex: '-1', role: 'status', 'data-route': route ?? '' }, route ? el('slot', { name: route }, any) : any)
  }
}

if (globalThis.customElements && !customElements.get('leadstage-chat')) customElements.define('leadstage-chat', LeadstageChat)
