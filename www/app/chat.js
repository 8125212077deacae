// The chat: the questions that decide what happens next, as few as may be. The whole package is asked for when it is opened.

import { el } from './dom.js'
import { ending, endings } from './endings.js'
import { knownBy } from './questions.js'

let whole = null
const load = () => (whole ??= Promise.all([import('../leadstage/index.js'), import('../leadstage/chat.js')]).then(async ([all]) => {
  await all.default()
  return all
}))

export function startChat({ visitor, actions }) {
  let conversation = null

  const evidence = () => ({ facts: visitor.facts, events: visitor.events })

  // What the panel or a form was told need not be asked again.
  visitor.addEventListener('change', () => conversation?.know(evidence()))

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-chat-open]')
    if (button) void open(button)
  })

  async function open(button) {
    const place = button.closest('[data-chat]')
    const status = place.querySelector('[role="status"]')
    button.disabled = true
    status.textContent = 'One moment…'
    // Its room is made at once, so that what follows moves with the click and not later.
    place.classList.add('opened')
    try {
      const { Questions } = await load()
      conversation?.free()
      conversation = Questions.parse(actions.definition()).conversation({ evidence: evidence() })
      const ends = Object.keys(endings).map((route) => el('div', { slot: route === 'other' ? 'end' : route, class: 'chat-end' }, ending(route, 'h3')))
      const chat = el('leadstage-chat', { tabindex: '-1' }, ends)
      chat.conversation = conversation
      chat.addEventListener('leadstage-answer', ({ detail }) => told(detail))
      button.replaceWith(chat)
      status.textContent = ''
      chat.focus({ preventScroll: true })
    } catch (error) {
      button.disabled = false
      place.classList.remove('opened')
      status.textContent = `The chat can't work here: ${error.message}`
    }
  }

  /** An answer is a fact of the visit as well, in the words of the playbook. */
  function told({ id, value }) {
    if (value === undefined) return
    const chosen = actions.definition().attributes[id]?.ask?.answers?.find(({ label }) => label === value)
    const fact = chosen ?? conversation.state().facts.findLast(({ attribute }) => attribute === id)
    if (fact) actions.learn(id, knownBy(fact))
  }
}
