// The rules of workload.yaml in CEL. It can't sum over events: what those of each rule amount to is worked out beforehand.

import { Environment } from '@marcbachmann/cel-js'

const when = (condition, points) => `(${condition} ? ${points} : 0.0)`
const has = (name, condition) => `(has(lead.${name}) && ${condition})`
const from = (name, least) => has(name, `lead.${name} >= ${least}`)
const isIn = (name, ...options) => has(name, `lead.${name} in ${JSON.stringify(options)}`)
const is = (name, value) => has(name, `lead.${name} == ${value}`)
const sum = (most, ...parts) => `least(${most}, ${parts.join(' + ')})`
const score = (...groups) => `greatest(0.0, ${sum('100.0', ...groups)})`
const capped = (name, most) => `least(lead.${name}, ${most})`

const FIT = score(
  sum(
    '70.0',
    when(isIn('industry', 'software', 'fintech'), '20.0'),
    when(has('employees', 'lead.employees >= 50.0 && lead.employees <= 1000.0'), '25.0'),
    when(`${from('revenue', '5000000.0')} || ${is('listed', true)}`, '10.0'),
    when(isIn('region', 'north_america', 'europe'), '7.5'),
    when(has('technologies', 'lead.technologies.exists(used, used in ["salesforce", "hubspot"])'), '12.0'),
  ),
  sum(
    '40.0',
    when(isIn('department', 'marketing', 'revenue_operations', 'sales'), '15.0'),
    when(isIn('seniority', 'c_level', 'vice_president', 'director'), '17.5'),
    when(is('business_email', false), '-10.0'),
  ),
)

const INTENT = score(
  sum('45.0', capped('pricing', '24.0'), capped('product', '12.0'), capped('customers', '9.0'), capped('docs', '6.0')),
  sum(
    '70.0',
    capped('decision', '24.0'),
    capped('early', '8.0'),
    capped('webinar', '20.0'),
    capped('demo', '30.0'),
    'greatest(lead.unsubscribed, -30.0)',
  ),
  when('lead.views_14d >= 8.0', '10.0'),
  when('lead.pricing_7d >= 2.0', '10.0'),
  when('lead.trial_7d >= 3.0', '20.0'),
)

const READY = [
  from('budget', '10000.0'),
  is('authority', true),
  isIn('need', 'stated', 'urgent'),
  has('months_to_start', 'lead.months_to_start <= 6.0'),
]
const CONSENT = is('consent', true)

// From the highest down; the first that holds is the answer.
const GATE = [
  [`intent >= 40.0 && ${READY.join(' && ')} && lead.pricing_30d >= 1.0`, 6],
  [`fit >= 50.0 && ${READY.map(part => when(part, '1.0')).join(' + ')} >= 3.0`, 5],
  [`fit >= 40.0 && ${CONSENT} && (lead.demo_30d >= 1.0 || intent >= 55.0)`, 4],
  [`fit >= 40.0 && intent >= 30.0 && ${CONSENT}`, 3],
  [`fit >= 25.0 && ${has('industry', '!(lead.industry in ["education", "government"])')}`, 2],
  [`intent >= 5.0 || ${is('business_email', true)}`, 1],
].reduceRight((otherwise, [condition, gate]) => `(${condition}) ? ${gate} : (${otherwise})`, '0')

export function contender() {
  const environment = new Environment({ limits: { maxDepth: 1000 } })
    .registerVariable('lead', 'map')
    .registerVariable('fit', 'double')
    .registerVariable('intent', 'double')
    .registerFunction('least(double, double): double', Math.min)
    .registerFunction('greatest(double, double): double', Math.max)
  const [fitOf, intentOf, gateOf] = [FIT, INTENT, GATE].map(expression => environment.parse(expression))
  return lead => {
    const fit = fitOf({ lead })
    const intent = intentOf({ lead })
    return { fit, intent, gate: Number(gateOf({ lead, fit, intent })) }
  }
}

/** Without what is unknown. */
export function prepare(facts) {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
