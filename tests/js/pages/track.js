// A page that is tracked, made as the address asks: `?name=…&human&gpc&dnt&forbidden&deaf&…`.
import './watched.js'

const asked = new URLSearchParams(location.search)
const wants = (name) => asked.has(name)
const pretend = (name, value) => Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true })

// What a driver does is a program's doing, and says so; these tests play a person.
if (wants('human')) pretend('webdriver', false)
if (wants('gpc')) pretend('globalPrivacyControl', true)
if (wants('dnt')) pretend('doNotTrack', '1')
if (wants('forbidden')) Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError') } })
if (wants('deaf')) window.BroadcastChannel = undefined
if (wants('fill')) {
  localStorage.clear()
  for (let size = 1 << 20; size > 0; size = Math.floor(size / 2)) {
    try {
      for (;;) localStorage.setItem(`filling ${size} ${Math.random()}`, 'x'.repeat(size))
    } catch {
      // Smaller pieces fit still.
    }
  }
}

window.problems = []
window.requests = () => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /\.leadstage|\.wasm|visitor/.test(name))

const { Tracker } = await import('../npm/leadstage/tracker.js')
const steps = (name) => (wants(name) ? asked.get(name).split(',').map(Number) : undefined)
window.began = performance.now()
window.tracker = new Tracker({
  name: asked.get('name') ?? 'test',
  playbook: asked.get('playbook') ?? '../pages/track.leadstage',
  pages: { hash: wants('hash') },
  personal: ['contact.email'],
  scroll: steps('scroll'),
  dwell: steps('dwell'),
  most: wants('most') ? { entries: Number(asked.get('most')) } : undefined,
  sources: { first: { utm_source: 'account.first_source' }, latest: { referrer: 'account.referrer' } },
  dataLayer: wants('layer') ? (window.dataLayer ??= []) : undefined,
  adjust: wants('adjust') ? (event) => (event.signal === 'call' ? null : { ...event, properties: { ...event.properties } }) : wants('broken') ? () => { throw new Error('on purpose') } : undefined,
  onproblem: (error) => problems.push(error.problems?.[0]?.code ?? String(error)),
})
window.started = performance.now()

const on = (id, act) => document.getElementById(id).addEventListener('click', act)
const go = (path) => history.pushState({}, '', `${path}${location.search}`)
on('to-pricing', () => go('pricing'))
on('to-product', () => go('product'))
on('same', () => history.replaceState({ top: scrollY }, ''))
on('agree', () => tracker.agree())
on('agree-personal', () => tracker.agree({ personal: true }))
on('withdraw', () => tracker.withdraw())
document.getElementById('paper').addEventListener('click', (event) => event.preventDefault())
document.getElementById('demo').addEventListener('submit', (event) => event.preventDefault())
document.documentElement.dataset.outcome = '"there"'
