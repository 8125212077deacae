// Consent, pages, chat and route on one page: the chat asks until the route of what the tracker knows is settled.
import '../npm/leadstage/chat.js'
import { Tracker } from '../npm/leadstage/tracker.js'

Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
window.errors = []
addEventListener('error', ({ message }) => errors.push(message))
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)))
addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => errors.push(`${violatedDirective} ${blockedURI}`))
if (location.search.includes('forbidden')) Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError') } })

const questions = {
  'account.region': { text: 'Where are you?', answers: ['europe', 'other'] },
  'account.industry': { text: 'Which industry are you in?', answers: ['retail', 'software'] },
  'account.crm': { text: 'Which CRM do you use?', answers: ['salesforce', 'none'] },
}
window.tracker = new Tracker({ name: `path${location.search}`, playbook: 'path.leadstage', onproblem: (error) => errors.push(String(error)) })
const chat = document.querySelector('leadstage-chat')
const passed = new Set()
const led = {
  next() {
    const { route } = tracker.decide()
    if (route.settled) return { end: 'settled', route: route.then, settled: true }
    const known = tracker.evidence().facts.map(({ attribute }) => attribute)
    const attribute = Object.keys(questions).find((name) => !known.includes(name) && !passed.has(name))
    return attribute ? { ask: { attribute }, ...questions[attribute] } : { end: 'nothing_to_ask', route: route.then, settled: false }
  },
  answer(attribute, value) {
    tracker.learn(attribute, { value })
    return led.next()
  },
  correct: (attribute, value) => led.answer(attribute, value),
  decline(attribute) {
    passed.add(attribute)
    return led.next()
  },
}
document.getElementById('chat').addEventListener('click', () => (chat.conversation = led))
document.getElementById('agree').addEventListener('click', () => tracker.agree())
document.getElementById('to-pricing').addEventListener('click', () => history.pushState({}, '', `pricing${location.search}`))
window.part = (name, place = 0) => chat.shadowRoot?.querySelectorAll(`[part~=${name}]`)[place]
document.documentElement.dataset.outcome = '"there"'
