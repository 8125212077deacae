// As a page without a bundler uses the package.
import init, { LeadstageError, Playbook } from '../npm/leadstage/visitor.js'

const outcome = {}
try {
  await init()
  const response = await fetch('../corpus/acme.leadstage')
  const playbook = Playbook.load(new Uint8Array(await response.arrayBuffer()))
  const session = playbook.session()
  session.learn({ attribute: 'account.industry', value: 'software' })
  session.track({ signal: 'page_view', at: '2026-11-20T10:00:00Z', properties: { path: '/pricing' } })
  session.track({ signal: 'demo_request', at: new Date('2026-11-20T10:05:00Z') })
  const decision = session.decide('2026-11-21T00:00:00Z')
  document.querySelector('#route').textContent = decision.route.then
  outcome.route = decision.route.then
  outcome.digest = decision.digest
  outcome.text = session.decideText('2026-11-21T00:00:00Z')
  try {
    session.track({ signal: 'nonsense', at: 0 })
  } catch (error) {
    outcome.refused = error instanceof LeadstageError && error.problems[0].code
  }
} catch (error) {
  outcome.error = String(error?.stack ?? error)
}
document.documentElement.dataset.outcome = JSON.stringify(outcome)
