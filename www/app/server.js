// What a server would be sent: the evidence, and the decision as text, byte for byte as it would come to it again.

import { el } from './dom.js'

export function serverSection({ visitor, ahead }) {
  const sent = el('pre', { class: 'panel-code', role: 'region', tabindex: '0', 'aria-label': 'Evidence' })
  const claimed = el('pre', { class: 'panel-code', role: 'region', tabindex: '0', 'aria-label': 'Decision' })
  const details = el('details', {}, el('summary', {}, 'What a server would see'),
    el('p', { class: 'panel-small' }, 'This is all that would be sent. From the evidence the server works the decision out by itself, and takes nobody’s word for it.'),
    sent, claimed)
  const node = el('section', { class: 'panel-server' }, details)

  function show() {
    if (!details.open || !visitor.session) return
    const { facts, events } = visitor
    sent.textContent = JSON.stringify({ facts, events }, null, 1)
    claimed.textContent = visitor.session.decideText(Date.now() + ahead())
  }

  details.addEventListener('toggle', show)
  return { node, show }
}
