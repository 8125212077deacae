// The rules of workload.yaml for json-rules-engine. It can't sum over events: what the events of each rule amount to
// (faded sums and counts) is worked out beforehand and given as facts; the engine judges, caps and adds.

import { Engine } from 'json-rules-engine'

const DAY_MS = 86_400_000
const test = (fact, operator, value) => ({ fact, operator, value })
const from = (fact, least) => test(fact, 'greaterThanInclusive', least)
const is = (fact, value) => test(fact, 'equal', value)
const isIn = (fact, ...options) => test(fact, 'in', options)
const known = fact => test(fact, 'notEqual', undefined)

const COMPANY = 0, PERSON = 1, PAGES = 2, ACTIONS = 3, HABITS = 4

const FIT = [
  [COMPANY, 20, isIn('industry', 'software', 'fintech')],
  [COMPANY, 25, from('employees', 50), test('employees', 'lessThanInclusive', 1000)],
  [COMPANY, 10, { any: [from('revenue', 5_000_000), is('listed', true)] }],
  [COMPANY, 7.5, isIn('region', 'north_america', 'europe')],
  [COMPANY, 12, {
    any: [test('technologies', 'contains', 'salesforce'), test('technologies', 'contains', 'hubspot')],
  }],
  [PERSON, 15, isIn('department', 'marketing', 'revenue_operations', 'sales')],
  [PERSON, 17.5, isIn('seniority', 'c_level', 'vice_president', 'director')],
  [PERSON, -10, is('business_email', false)],
]

const FADED = [
  [PAGES, 'pricing', 24],
  [PAGES, 'product', 12],
  [PAGES, 'customers', 9],
  [PAGES, 'docs', 6],
  [ACTIONS, 'decision', 24],
  [ACTIONS, 'early', 8],
  [ACTIONS, 'webinar', 20],
  [ACTIONS, 'demo', 30],
  [ACTIONS, 'unsubscribed', -30],
]

const COUNTED = [
  [HABITS, 10, from('views_14d', 8)],
  [HABITS, 10, from('pricing_7d', 2)],
  [HABITS, 20, from('trial_7d', 3)],
]

const READY = [
  from('budget', 10_000),
  is('authority', true),
  isIn('need', 'stated', 'urgent'),
  test('months_to_start', 'lessThanInclusive', 6),
]
const without = left => READY.filter((_, place) => place !== left)

const GATES = [
  { any: [from('intent', 5), is('business_email', true)] },
  { all: [from('fit', 25), known('industry'), test('industry', 'notIn', ['education', 'government'])] },
  { all: [from('fit', 40), from('intent', 30), is('consent', true)] },
  { all: [from('fit', 40), is('consent', true), { any: [from('demo_30d', 1), from('intent', 55)] }] },
  { all: [from('fit', 50), { any: READY.map((_, place) => ({ all: without(place) })) }] },
  { all: [from('intent', 40), ...READY, from('pricing_30d', 1)] },
]

export function contender() {
  let groups
  let gate
  const engine = new Engine([], { allowUndefinedFacts: true })
  for (const [group, points, ...all] of [...FIT, ...COUNTED]) {
    engine.addRule({
      priority: 3,
      conditions: { all },
      event: { type: 'points' },
      onSuccess: () => { groups[group] += points },
    })
  }
  for (const [group, fact, cap] of FADED) {
    engine.addRule({
      priority: 3,
      conditions: { all: [test(fact, cap < 0 ? 'lessThan' : 'greaterThan', 0)] },
      event: { type: 'points' },
      onSuccess: async (_, almanac) => {
        const sum = await almanac.factValue(fact)
        groups[group] += cap < 0 ? Math.max(cap, sum) : Math.min(cap, sum)
      },
    })
  }
  // Always true, between the rules for points and the gates.
  engine.addRule({
    priority: 2,
    conditions: { all: [is('one', 1)] },
    event: { type: 'scores' },
    onSuccess: (_, almanac) => {
      const within = points => Math.min(100, Math.max(0, points))
      const fit = Math.min(groups[COMPANY], 70) + Math.min(groups[PERSON], 40)
      const intent = Math.min(groups[PAGES], 45) + Math.min(groups[ACTIONS], 70) + groups[HABITS]
      almanac.addRuntimeFact('fit', within(fit))
      almanac.addRuntimeFact('intent', within(intent))
    },
  })
  GATES.forEach((conditions, place) => {
    engine.addRule({
      priority: 1,
      conditions,
      event: { type: 'gate' },
      onSuccess: () => { gate = Math.max(gate, place + 1) },
    })
  })
  return async facts => {
    groups = [0, 0, 0, 0, 0]
    gate = 0
    const { almanac } = await engine.run(facts)
    return { fit: await almanac.factValue('fit'), intent: await almanac.factValue('intent'), gate }
  }
}

/** The facts of a lead, with what its events amount to. */
export function prepare(lead) {
  const seen = {
    pricing: 0, product: 0, customers: 0, docs: 0, decision: 0, early: 0, webinar: 0, demo: 0, unsubscribed: 0,
    views_14d: 0, pricing_7d: 0, pricing_30d: 0, trial_7d: 0, demo_30d: 0,
  }
  const points = { pricing: 8, product: 2, customers: 3, docs: 1.5 }
  for (const { signal, path, journey, attended, minutes, age, weight } of lead.events) {
    if (age < 0) continue
    const days = most => (age < most ? 1 : 0)
    if (signal === 'page_view') {
      seen.views_14d += days(14)
      const section = Object.keys(points).find(name => path.startsWith(`/${name}`))
      if (section) seen[section] += points[section] * weight
      if (section === 'pricing') {
        seen.pricing_7d += days(7)
        seen.pricing_30d += days(30)
      }
    } else if (signal === 'download') {
      if (journey === 'decision') seen.decision += 12 * weight
      else seen.early += 4 * weight
    } else if (signal === 'webinar') seen.webinar += attended ? 10 * weight : 0
    else if (signal === 'trial_use') seen.trial_7d += minutes >= 10 ? days(7) : 0
    else if (signal === 'demo_request') {
      seen.demo += 30 * weight
      seen.demo_30d += days(30)
    } else if (signal === 'unsubscribe') seen.unsubscribed -= 15 * weight
  }
  return { ...lead.account, ...lead.contact, ...lead.deal, ...seen, one: 1 }
}

/** The weight of an event and its age in days. */
export function aged(at, asOf) {
  const age = (asOf - at) / DAY_MS
  return { age, weight: 2 ** (-age / 30) }
}
