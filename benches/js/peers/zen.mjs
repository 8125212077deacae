// The rules of workload.yaml for ZEN: natively one decision with one node of expressions; its WebAssembly for pages has
// expressions only, which it reads anew each time; it cuts fractions off what it returns, so it returns millionths.

import { readFileSync } from 'node:fs'
import { ZenEngine } from '@gorules/zen-engine'
import { initSync, Variable } from '@gorules/zen-engine-wasm'

const when = (condition, points) => `((${condition}) ? ${points} : 0)`
const list = options => `[${options.map(option => `'${option}'`).join(', ')}]`
const known = path => `${path} != null`
const isIn = (path, ...options) => `${path} in ${list(options)}`
const from = (path, least) => `(${path} ?? 0) >= ${least}`
const sum = (most, ...parts) => `min([${most}, ${parts.join(' + ')}])`
const score = (...groups) => `max([0, ${sum(100, ...groups)}])`

const signal = (name, ...more) => [`#.signal == '${name}'`, '#.age >= 0', ...more].join(' and ')
const page = (start, ...more) => signal('page_view', `startsWith(#.path, '${start}')`, ...more)
const events = condition => `filter(events, ${condition})`
const faded = (condition, points, most) => `min([${most}, ${points} * sum(map(${events(condition)}, #.weight))])`
const count = (condition, least) => `len(${events(condition)}) >= ${least}`
const younger = days => `#.age < ${days}`

const FIT = score(
  sum(
    70,
    when(isIn('account.industry', 'software', 'fintech'), 20),
    when(`${from('account.employees', 50)} and account.employees <= 1000`, 25),
    when(`${from('account.revenue', 5_000_000)} or account.listed == true`, 10),
    when(isIn('account.region', 'north_america', 'europe'), 7.5),
    when(`some(account.technologies ?? [], # in ${list(['salesforce', 'hubspot'])})`, 12),
  ),
  sum(
    40,
    when(isIn('contact.department', 'marketing', 'revenue_operations', 'sales'), 15),
    when(isIn('contact.seniority', 'c_level', 'vice_president', 'director'), 17.5),
    when('contact.business_email == false', -10),
  ),
)

const INTENT = score(
  sum(
    45,
    faded(page('/pricing'), 8, 24),
    faded(page('/product'), 2, 12),
    faded(page('/customers'), 3, 9),
    faded(page('/docs'), 1.5, 6),
  ),
  sum(
    70,
    faded(signal('download', `#.journey == 'decision'`), 12, 24),
    faded(signal('download', `#.journey != 'decision'`), 4, 8),
    faded(signal('webinar', '#.attended == true'), 10, 20),
    faded(signal('demo_request'), 30, 30),
    `(0 - ${faded(signal('unsubscribe'), 15, 30)})`,
  ),
  when(count(signal('page_view', younger(14)), 8), 10),
  when(count(page('/pricing', younger(7)), 2), 10),
  when(count(signal('trial_use', '#.minutes >= 10', younger(7)), 3), 20),
)

const READY = [
  from('deal.budget', 10_000),
  'deal.authority == true',
  isIn('deal.need', 'stated', 'urgent'),
  `(deal.months_to_start ?? 99) <= 6`,
]
const CONSENT = 'contact.consent == true'

/** From the highest down; the first that holds is the answer. `scores` says where they are found. */
const gate = scores => [
  [`${scores}intent >= 40 and ${READY.join(' and ')} and ${count(page('/pricing', younger(30)), 1)}`, 6],
  [`${scores}fit >= 50 and ${READY.map(part => when(part, 1)).join(' + ')} >= 3`, 5],
  [`${scores}fit >= 40 and ${CONSENT} and (${count(signal('demo_request', younger(30)), 1)} or ${scores}intent >= 55)`, 4],
  [`${scores}fit >= 40 and ${scores}intent >= 30 and ${CONSENT}`, 3],
  [`${scores}fit >= 25 and ${known('account.industry')} and account.industry not in ${list(['education', 'government'])}`, 2],
  [`${scores}intent >= 5 or contact.business_email == true`, 1],
].reduceRight((otherwise, [condition, gate]) => `(${condition}) ? ${gate} : (${otherwise})`, '0')

const expressions = Object.entries({ fit: FIT, intent: INTENT, gate: gate('$.') })
const DECISION = {
  nodes: [
    { id: 'in', name: 'in', type: 'inputNode' },
    {
      id: 'rules',
      name: 'rules',
      type: 'expressionNode',
      content: { expressions: expressions.map(([key, value]) => ({ id: key, key, value })) },
    },
    { id: 'out', name: 'out', type: 'outputNode' },
  ],
  edges: [
    { id: 'first', sourceId: 'in', targetId: 'rules', type: 'edge' },
    { id: 'second', sourceId: 'rules', targetId: 'out', type: 'edge' },
  ],
}

export function native() {
  const decision = new ZenEngine().createDecision(DECISION)
  return lead => decision.evaluate(lead)
}

export const read = ({ result }) => result

const MILLION = 1_000_000
const millionths = expression => `${MILLION} * (${expression})`

export function wasm() {
  const file = new URL(import.meta.resolve('@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm'))
  initSync({ module: readFileSync(file) })
  const [fitOf, intentOf, gateOf] = [millionths(FIT), millionths(INTENT), gate('')]
  return lead => {
    const fields = new Variable(lead)
    const fit = fields.evaluateExpression(fitOf) / MILLION
    const intent = fields.evaluateExpression(intentOf) / MILLION
    fields.free()
    const scored = new Variable({ ...lead, fit, intent })
    const outcome = { fit, intent, gate: scored.evaluateExpression(gateOf) }
    scored.free()
    return outcome
  }
}
