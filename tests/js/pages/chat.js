// A chat that a list of questions leads; `?slow`, `?failing`, `?rtl`, `?german` as the address asks.
import './watched.js'
import '../npm/leadstage/chat.js'

const wants = (name) => new URLSearchParams(location.search).has(name)
const questions = [
  { id: 'account.industry', text: 'Which industry are you in?', answers: ['Software', { label: 'Something else', value: 'other' }], pick: { at_most: 4, decides: { answers: 1, of: 2, share: 0.5 }, why: 'for experts' } },
  { id: 'account.employees', text: 'How many people work there?', pick: { at_most: 3, decides: { answers: 0, of: 2, share: 0 } } },
  { id: 'account.channels', text: 'What brings your leads?', answers: ['Events', 'Chat', 'E-mail'], multiple: true, because: 'We set up what you use.', pick: { at_most: 2 } },
  { id: 'contact.email', text: 'Where may we write to?', input: 'email' },
]
const known = {}
const passed = new Set()
window.calls = []
let failures = wants('failing') ? 1 : 0

function next() {
  const question = known['account.industry'] === 'other' ? undefined : questions.find(({ id }) => !(id in known) && !passed.has(id))
  if (question) {
    const { id, pick, ...rest } = question
    return { ask: { attribute: id, ...pick }, ...rest }
  }
  return { end: 'settled', settled: true, route: known['account.industry'] === 'Software' ? 'book_meeting' : 'nurture' }
}

async function take(call, id, value) {
  calls.push([call, id, value])
  if (wants('slow')) await new Promise((resolve) => setTimeout(resolve, 300))
  if (failures > 0) {
    failures -= 1
    throw new Error('no connection')
  }
  if (call === 'decline') passed.add(id)
  else if (id === 'account.employees' && !/^\d+$/.test(value)) return { again: id, message: 'Please give a number, such as 20.', text: questions[1].text, answers: [] }
  else known[id] = value
  return next()
}

const chat = document.querySelector('leadstage-chat')
if (wants('rtl')) document.documentElement.dir = 'rtl'
if (wants('german')) chat.texts = { title: 'Ein paar Fragen', skip: 'Keine Angabe', send: 'Senden', change: 'Ändern', why: 'Warum wir fragen' }
window.told = []
for (const name of ['answer', 'end', 'error']) chat.addEventListener(`leadstage-${name}`, ({ detail }) => told.push([name, detail.id ?? detail.route ?? String(detail.error)]))
chat.conversation = {
  next,
  answer: (id, value) => take('answer', id, value),
  correct: (id, value) => take('correct', id, value),
  decline: (id) => take('decline', id),
}
document.documentElement.dataset.outcome = '"there"'
