// As an app with a bundler uses the package: all entries, the modules found by the bundler.
import initAll, { compile, loadBatch, Playbook as Whole } from 'leadstage'
import init, { Playbook } from 'leadstage/visitor'
import { Tracker } from 'leadstage/tracker'

const outcome = {}
try {
  await Promise.all([init(), initAll()])
  const book = {
    leadstage: 1,
    name: 'built',
    version: 1,
    signals: { demo: {} },
    scores: { intent: { groups: [{ name: 'g', rules: [{ signal: 'demo', points: 10 }] }] } },
    routes: [{ when: { score: { intent: { from: 10 } } }, then: 'talk' }, { then: 'wait' }],
  }
  const compiled = compile(book)
  const session = Playbook.load(compiled).session()
  outcome.before = session.decide(0).route.then
  outcome.after = session.track({ signal: 'demo', at: 0 }).decide(0).route.then
  const tracker = new Tracker({ name: 'app', playbook: Playbook.load(compiled) })
  tracker.agree()
  await tracker.ready
  outcome.tracked = [tracker.track('demo'), tracker.evidence().events.length]
  tracker.withdraw()
  const lines = '{"id":"one","events":[{"signal":"demo","at":0}]}\n{"id":"two"}\n'
  try {
    Whole.load(compiled).decideLines(lines, { asOf: 0 })
  } catch ({ problems }) {
    outcome.early = problems[0].code
  }
  await loadBatch()
  outcome.lines = Whole.load(compiled).decideLines(lines, { asOf: 0 }).trim().split('\n').map((line) => JSON.parse(line).decision.route.then)
  document.querySelector('#route').textContent = outcome.after
} catch (error) {
  outcome.error = String(error?.stack ?? error)
}
document.documentElement.dataset.outcome = JSON.stringify(outcome)
