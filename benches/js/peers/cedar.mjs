// The gates of workload.yaml as Cedar policies. It neither adds fractions nor sums over events, so scores and counts are
// worked out beforehand. One request answers for all gates: the policies that permit it are its reasons.

import cedar from '@cedar-policy/cedar-wasm/nodejs'

const has = (name, condition) => `(context has ${name} && ${condition})`
const from = (name, least) => has(name, `context.${name} >= ${least}`)
const is = (name, value) => has(name, `context.${name} == ${value}`)
const READY = [
  from('budget', 10_000),
  is('authority', true),
  has('need', '["stated", "urgent"].contains(context.need)'),
  has('months_to_start', 'context.months_to_start <= 6'),
]

// Scores in thousandths of a point.
const GATES = [
  `context.intent >= 5000 || ${is('business_email', true)}`,
  `context.fit >= 25000 && ${has('industry', '!(["education", "government"].contains(context.industry))')}`,
  `context.fit >= 40000 && context.intent >= 30000 && ${is('consent', true)}`,
  `context.fit >= 40000 && ${is('consent', true)} && (context.demo_30d >= 1 || context.intent >= 55000)`,
  `context.fit >= 50000 && ${READY.map(part => `(if ${part} then 1 else 0)`).join(' + ')} >= 3`,
  `context.intent >= 40000 && ${READY.join(' && ')} && context.pricing_30d >= 1`,
]

const LEAD = { type: 'Lead', id: 'lead' }
const CALL = {
  principal: LEAD,
  action: { type: 'Action', id: 'enter' },
  resource: LEAD,
  preparsedPolicySetId: 'gates',
  entities: [],
}

export function contender() {
  const policies = GATES.map((gate, place) => [`${place + 1}`, `permit(principal, action, resource) when { ${gate} };`])
  const parsed = cedar.preparsePolicySet('gates', { staticPolicies: Object.fromEntries(policies) })
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors))
  return ({ context, fit, intent }) => {
    const { response } = cedar.statefulIsAuthorized({ ...CALL, context })
    return { fit, intent, gate: Math.max(0, ...response.diagnostics.reason) }
  }
}

const USED = [
  'industry', 'business_email', 'consent', 'budget', 'authority', 'need', 'months_to_start', 'demo_30d', 'pricing_30d',
]

/** What the gates read, with the scores by hand. */
export function prepare(facts, { fit, intent }) {
  const known = USED.filter(name => facts[name] !== undefined).map(name => [name, facts[name]])
  const thousandths = { fit: Math.round(fit * 1000), intent: Math.round(intent * 1000) }
  return { context: { ...Object.fromEntries(known), ...thousandths }, fit, intent }
}
