// A chat that is led by a playbook's questions; its state is kept for the session, as a page would.
import './watched.js'
import init, { Questions } from '../npm/leadstage/index.js'
import '../npm/leadstage/chat.js'

const playbook = {
  leadstage: 1,
  name: 'planned',
  version: 1,
  attributes: {
    'account.employees': { type: 'number', whole: true, min: 1, ask: { text: 'How many people work there?', cost: 0.5 } },
    'account.industry': { type: 'choice', options: ['software', 'retail'], ask: { text: 'Which industry are you in?' } },
    'account.channels': { type: 'choices', options: ['Events', 'Chat', 'E-mail'], ask: { text: 'What brings your leads?', cost: 2 } },
  },
  routes: [
    { when: { 'account.employees': { from: 50 }, 'account.industry': 'software', 'account.channels': { has_any: ['Chat'] } }, then: 'book_meeting' },
    { then: 'nurture' },
  ],
}
await init()
const chat = document.querySelector('leadstage-chat')
const questions = Questions.parse(playbook)
const conversation = questions.conversation({ state: sessionStorage.getItem('conversation') })
const keep = () => sessionStorage.setItem('conversation', conversation.stateText())
chat.addEventListener('leadstage-answer', keep)
chat.addEventListener('leadstage-end', keep)
chat.conversation = conversation
window.kept = () => conversation.state()
document.documentElement.dataset.outcome = '"there"'
