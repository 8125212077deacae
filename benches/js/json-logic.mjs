// The rules of workload.yaml as JSON Logic. It has no decay: each event carries its age in days and its weight, worked out beforehand.

import { LogicEngine } from 'json-logic-engine'

const is = (path, ...options) =>
  options.length === 1 ? { '===': [{ var: path }, options[0]] } : { in: [{ var: path }, options] }
const from = (path, least) => ({ '>=': [{ var: path }, least] })
const when = (condition, points) => ({ if: [condition, points, 0] })
const signal = (name, ...more) => ({ and: [is('signal', name), { '>=': [{ var: 'age' }, 0] }, ...more] })
const page = (start, ...more) =>
  signal('page_view', { '===': [{ substr: [{ var: 'path' }, 0, start.length] }, start] }, ...more)
const younger = days => ({ '<': [{ var: 'age' }, days] })
const events = condition => ({ filter: [{ var: 'events' }, condition] })

/** Points of each event, faded, up to a cap. */
const faded = (condition, points, most) => ({
  min: [most, {
    reduce: [events(condition), { '+': [{ var: 'accumulator' }, { '*': [{ var: 'current.weight' }, points] }] }, 0],
  }],
})
const count = (condition, least) => ({
  '>=': [{ reduce: [events(condition), { '+': [{ var: 'accumulator' }, 1] }, 0] }, least],
})
const sum = (most, ...parts) => ({ min: [most, { '+': parts }] })
const score = (...groups) => ({ max: [0, sum(100, ...groups)] })

export const FIT = score(
  sum(
    70,
    when(is('account.industry', 'software', 'fintech'), 20),
    when({ '<=': [50, { var: 'account.employees' }, 1000] }, 25),
    when({ or: [from('account.revenue', 5_000_000), is('account.listed', true)] }, 10),
    when(is('account.region', 'north_america', 'europe'), 7.5),
    when({ some: [{ var: ['account.technologies', []] }, { in: [{ var: '' }, ['salesforce', 'hubspot']] }] }, 12),
  ),
  sum(
    40,
    when(is('contact.department', 'marketing', 'revenue_operations', 'sales'), 15),
    when(is('contact.seniority', 'c_level', 'vice_president', 'director'), 17.5),
    when(is('contact.business_email', false), -10),
  ),
)

export const INTENT = score(
  sum(
    45,
    faded(page('/pricing'), 8, 24),
    faded(page('/product'), 2, 12),
    faded(page('/customers'), 3, 9),
    faded(page('/docs'), 1.5, 6),
  ),
  sum(
    70,
    faded(signal('download', is('journey', 'decision')), 12, 24),
    faded(signal('download', is('journey', 'awareness', 'consideration')), 4, 8),
    faded(signal('webinar', is('attended', true)), 10, 20),
    faded(signal('demo_request'), 30, 30),
    { '-': [0, faded(signal('unsubscribe'), 15, 30)] },
  ),
  when(count(signal('page_view', younger(14)), 8), 10),
  when(count(page('/pricing', younger(7)), 2), 10),
  when(count(signal('trial_use', from('minutes', 10), younger(7)), 3), 20),
)

const known = path => ({ '!==': [{ var: path }, null] })
const READY = [
  from('deal.budget', 10_000),
  is('deal.authority', true),
  is('deal.need', 'stated', 'urgent'),
  { and: [known('deal.months_to_start'), { '<=': [{ var: 'deal.months_to_start' }, 6] }] },
]

// From the highest down; the first that holds is the answer.
export const GATE = {
  if: [
    { and: [from('intent', 40), ...READY, count(page('/pricing', younger(30)), 1)] }, 6,
    { and: [from('fit', 50), { '>=': [{ '+': READY.map(part => when(part, 1)) }, 3] }] }, 5,
    {
      and: [
        from('fit', 40),
        is('contact.consent', true),
        { or: [count(signal('demo_request', younger(30)), 1), from('intent', 55)] },
      ],
    }, 4,
    { and: [from('fit', 40), from('intent', 30), is('contact.consent', true)] }, 3,
    { and: [from('fit', 25), known('account.industry'), { '!': [is('account.industry', 'education', 'government')] }] }, 2,
    { or: [from('intent', 5), is('contact.business_email', true)] }, 1,
    0,
  ],
}

export function contender() {
  const engine = new LogicEngine()
  const [fitOf, intentOf, gateOf] = [FIT, INTENT, GATE].map(logic => engine.build(logic))
  return lead => {
    const fit = fitOf(lead)
    const intent = intentOf(lead)
    const { account, contact, deal, events } = lead
    return { fit, intent, gate: gateOf({ account, contact, deal, events, fit, intent }) }
  }
}
