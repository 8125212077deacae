// What is read where it is must come to the same as what is copied first: the same decision or the same problems.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as everything from 'leadstage'
import * as visitor from 'leadstage/visitor'
import { dice, honest } from '../support/honest.js'
import { hostile } from '../support/hostile.js'

const now = Date.UTC(2026, 10, 21)
const document = {
  leadstage: 1, name: 'quick', version: 1,
  attributes: {
    'account.size': { type: 'number', whole: true, min: 0, max: 1e6 }, 'account.revenue': { type: 'number' },
    'account.industry': { type: 'choice', options: ['Software', 'Größe', 'retail'], asserted_by: ['crm', 'visitor', 'manager'] },
    'account.tools': { type: 'choices', options: ['crm', 'erp', 'shop'] }, 'account.founded': { type: 'date' },
    'contact.title': { type: 'text' }, 'contact.consent': { type: 'boolean' },
  },
  signals: {
    page_view: { properties: { path: 'text', seconds: 'number', first: 'boolean', journey: ['awareness', 'decision'], on: 'date' } },
    demo: {}, call: { properties: { note: 'text' } },
  },
  scores: {
    fit: { groups: [{ name: 'g', rules: [
      { when: { 'account.size': { from: 50 } }, points: 5 }, { when: { 'account.revenue': { from: 0.5 } }, points: 7 },
      { when: { 'account.industry': ['Software'] }, points: 11 }, { when: { 'account.tools': { has_any: ['crm', 'shop'] } }, points: 13 },
      { when: { 'contact.title': { glob: 'head*' } }, points: 17 }, { when: { 'contact.consent': true }, points: 19 },
    ] }] },
    intent: { groups: [{ name: 'g', decay: { half_life: '30d' }, rules: [
      { signal: 'page_view', where: { path: '/pricing*' }, points: 8 }, { signal: 'page_view', where: { seconds: { from: 2.5 } }, points: 3 },
      { signal: 'page_view', where: { journey: 'decision' }, points: 2 }, { signal: 'demo', points: 1 }, { signal: 'call', points: 1 },
    ] }] },
  },
  stages: { lead: { enter: { score: { fit: { from: 5 } } } }, mql: { enter: { score: { fit: { from: 30 } } } } },
}

/** The same object with a key that says nothing, for which it is copied first. */
const copiedFirst = (input) =>
  Object.defineProperties(Object.create(Object.getPrototypeOf(input)), { ...Object.getOwnPropertyDescriptors(input), nothing: { value: undefined, enumerable: true, configurable: true } })

const outcome = (act) => {
  try {
    return act()
  } catch (error) {
    assert.equal(error.name, 'LeadstageError', String(error.stack))
    return error.problems
  }
}

/** Other ways to write the same, which a page may have. */
const ways = {
  frozen: (it) => Object.freeze(it),
  bare: (it) => (Array.isArray(it) ? it : Object.assign(Object.create(null), it)),
  'by getters': (it) => (Array.isArray(it) ? it : Object.defineProperties({}, Object.fromEntries(Object.entries(it).map(([key, value]) => [key, { get: () => value, enumerable: true, configurable: true }])))),
  'by a proxy': (it) => new Proxy(it, {}),
  'with undefined': (it) => (Array.isArray(it) ? it : { ...it, further: undefined }),
  'with what is hidden': (it) => (Array.isArray(it) ? it : Object.defineProperty({ ...it, [Symbol('id')]: 1 }, 'default', { value: 5, configurable: true })),
  inherited: (it) => (Array.isArray(it) ? it : Object.assign(Object.create({ id: 'inherited', source: 'crm' }), it)),
}
/** Made afresh, for they are changed. */
const odd = () => [undefined, null, true, false, 0, -0, NaN, Infinity, 1e21, -9e12, 9e12 + 1, 5e-324, 1e-6, 4.9e-7, 5e-7, 0.1, 1.0000005, 1234567.8900005, 2 ** 53, '', 'x', 'Software', 'größe', 'SOFTWARE', '/pricing/\u{1f600}',
  '\ud800', 'a\udc00', 'y'.repeat(201), 'y'.repeat(4_000), 'y'.repeat(4_001), 'ü'.repeat(4_000), 'ü'.repeat(9_000), '2026-11-22', '2026-02-30', '2026-11-22T09:30:00Z', '2026-02-30T00:00:00Z', '0001-01-01T00:00:00+01:00',
  `2026-11-22T09:30:00.${'1'.repeat(60)}Z`, 'visitor', 'crm', 'manager', 'page_view', 'account.size', 'nobody', [], ['crm'], ['crm', 'crm', 'shop'], ['crm', 5], [null, 5], [5, null], [null, null], [7, 3], [[1]], [{}], {}, { value: 5 }, { x: 1 },
  new Date(now), new Date(NaN), new Date(-6.3e13), new Date(8.64e15), new Date(253402300800000)]

/** Changes a place in evidence, or several. */
function changed(evidence, roll) {
  const one = (list) => list[roll(list.length)]
  const parts = []
  const walk = (it) => {
    if (it === null || typeof it !== 'object' || it instanceof Date) return
    parts.push(it)
    for (const key of Object.keys(it)) walk(it[key])
  }
  walk(evidence)
  for (let times = roll(3); times > 0; times -= 1) {
    const part = one(parts)
    const keys = Object.keys(part)
    const value = roll(4) ? one(odd()) : one(hostile)[1]()
    const key = Array.isArray(part) ? one([...keys, part.length]) : one([...keys, ...keys, 'id', 'at', 'value', 'range', 'any_of', 'by', 'source', 'default', 'properties', 'since', 'nonsense', '__proto__', 'a~/b'])
    Object.defineProperty(part, key, { value, writable: true, enumerable: true, configurable: true })
  }
  const way = one([...Object.values(ways), undefined])
  return way ? rewritten(evidence, way, roll) : evidence
}

/** Some of the parts in another way. */
function rewritten(it, way, roll, depth = 0) {
  let plain = false
  try {
    plain = it !== null && typeof it === 'object' && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(it))
    if (plain && depth < 5) for (const key of Object.keys(it).slice(0, 20)) it[key] = rewritten(it[key], way, roll, depth + 1)
  } catch {
    // What is hostile stays as it is.
  }
  return plain && roll(3) === 0 ? way(it) : it
}

function evidenceOf(roll) {
  const evidence = honest(document, roll, now)
  evidence.facts ??= []
  evidence.events ??= []
  if (roll(3) === 0) evidence.facts = Object.fromEntries(evidence.facts.map(({ attribute, ...fact }) => [attribute, fact.value !== undefined && roll(2) ? fact.value : fact]))
  if (roll(3) === 0) evidence.stage = { name: ['lead', 'mql'][roll(2)], ...(roll(2) && { since: now - roll(1e9) }) }
  if (roll(3) === 0) evidence.id = 'lead-1'
  for (const event of evidence.events) if (roll(5) === 0) event.at = new Date(event.at)
  return evidence
}

for (const [name, { Playbook }] of Object.entries({ visitor, everything })) {
  describe(`${name}, quickly and with care`, () => {
    const playbook = Playbook.load(everything.compile(document))

    it('decides alike, or finds the same problems', { timeout: 120_000 }, () => {
      let refused = 0
      const rounds = 2_000
      for (let round = 0; round < rounds; round += 1) {
        const made = () => {
          const roll = dice(round)
          return changed(evidenceOf(roll), roll)
        }
        const careful = outcome(() => playbook.decideText(copiedFirst(made()), now))
        assert.deepEqual(outcome(() => playbook.decideText(made(), now)), careful, `seed ${round}`)
        const session = playbook.session()
        session.track({ signal: 'demo', at: now, id: 'before' })
        const loaded = outcome(() => session.load(made()).decideText(now))
        assert.deepEqual(loaded, outcome(() => session.load(copiedFirst(made())).decideText(now)), `load, seed ${round}`)
        if (typeof loaded === 'string') assert.equal(loaded, careful, `seed ${round}`)
        else {
          refused += 1
          assert.equal(session.decideText(now), playbook.decideText({}, now), `a refused load left something, seed ${round}`)
        }
        session.free()
      }
      assert.ok(refused > rounds / 5 && refused < rounds * 4 / 5, `${refused} of ${rounds} were refused`)
    })

    it('finds the same problems with every odd value at every place', { timeout: 120_000 }, () => {
      const made = () => ({
        id: 'lead-1', stage: { name: 'lead', since: now },
        facts: [{ attribute: 'account.size', value: 5, source: 'crm', by: 'manager', at: now, default: false }, { attribute: 'account.revenue', range: [0.5, 2.25] }, { attribute: 'account.industry', any_of: ['Software', 'retail'] },
          { attribute: 'account.tools', value: ['crm'] }, { attribute: 'account.founded', value: '2020-02-29' }, { attribute: 'contact.title', value: 'CTO' }, { attribute: 'contact.consent', value: true }],
        events: [{ signal: 'page_view', at: now, id: 'e', automated: false, properties: { path: '/', seconds: 1.5, first: true, journey: 'decision', on: '2026-01-31' } }, { signal: 'demo', at: now }],
      })
      const mapped = () => ({ ...made(), facts: { 'account.size': 5, 'account.industry': { any_of: ['retail'], source: 'crm' }, 'account.tools': ['crm'], 'contact.title': 'CTO', 'account.revenue': 1.5 } })
      const paths = (it, path = []) => [path, ...(it !== null && typeof it === 'object' ? Object.keys(it).flatMap((key) => paths(it[key], [...path, key])) : [])]
      const makers = [...odd().map((_, place) => () => odd()[place]), ...hostile.map(([, make]) => make)]
      for (const make of [made, mapped]) {
        for (const path of paths(make()).slice(1)) {
          makers.forEach((value, nth) => {
            const put = () => {
              const evidence = make()
              let part = evidence
              for (const key of path.slice(0, -1)) part = part[key]
              part[path.at(-1)] = value()
              return evidence
            }
            const careful = outcome(() => playbook.decideText(copiedFirst(put()), now))
            assert.deepEqual(outcome(() => playbook.decideText(put(), now)), careful, `${path.join('/')}, ${nth}`)
          })
        }
      }
    })

    it('takes single facts, events and stages alike, and nothing of what it refuses', { timeout: 120_000 }, () => {
      const quick = playbook.session()
      const careful = playbook.session()
      let refused = 0
      for (let round = 0; round < 4_000; round += 1) {
        const made = () => {
          const roll = dice(round)
          const evidence = evidenceOf(roll)
          if (!Array.isArray(evidence.facts)) evidence.facts = []
          const input = changed([...evidence.facts, ...evidence.events].at(0) ?? evidence.stage ?? {}, roll)
          return ['attribute' in input ? 'learn' : 'signal' in input ? 'track' : 'enter', input]
        }
        const [door] = made()
        const before = quick.explainText(now)
        const first = outcome(() => quick[door](made()[1]) && 'taken')
        assert.deepEqual(first, outcome(() => careful[door](copiedFirst(made()[1])) && 'taken'), `seed ${round}`)
        if (first !== 'taken') {
          refused += 1
          assert.equal(quick.explainText(now), before, `seed ${round}`)
        }
        assert.equal(quick.explainText(now), careful.explainText(now), `seed ${round}`)
        if (round % 20 === 19) for (const session of [quick, careful]) session.clear()
      }
      assert.ok(refused > 500, `${refused} were refused`)
    })

    it('reads each property once, where nothing is odd', () => {
      const counted = []
      const watched = (object) => Object.defineProperties({}, Object.fromEntries(Object.entries(object).map(([key, value]) => [key, {
        get() {
          counted.push(key)
          return value
        },
        enumerable: true,
      }])))
      const session = playbook.session()
      session.track(watched({ signal: 'page_view', at: now, id: 'a', automated: false, properties: watched({ path: '/pricing', seconds: 3.5 }) }))
      session.learn(watched({ attribute: 'account.size', range: [1, 100], source: 'crm', by: 'manager', at: new Date(now), default: false }))
      session.enter(watched({ name: 'lead', since: now }))
      assert.deepEqual(counted.toSorted(), ['at', 'at', 'attribute', 'automated', 'by', 'default', 'id', 'name', 'path', 'properties', 'range', 'seconds', 'signal', 'since', 'source'])
      const same = { stage: { name: 'lead', since: now }, facts: [{ attribute: 'account.size', range: [1, 100], source: 'crm', by: 'manager', at: now }], events: [{ signal: 'page_view', at: now, id: 'a', properties: { path: '/pricing', seconds: 3.5 } }] }
      assert.equal(session.explainText(now), playbook.evaluateText(same, now))
    })

    it('takes what a getter says at first, whatever it says later', () => {
      const session = playbook.session()
      const answers = ['/pricing', { no: 'text' }]
      session.track({ signal: 'page_view', at: now, properties: { get path() { return answers.shift() } } })
      assert.equal(session.decideText(now), playbook.decideText({ events: [{ signal: 'page_view', at: now, properties: { path: '/pricing' } }] }, now))
      assert.deepEqual(answers, [{ no: 'text' }])
    })

    it('lets what is read call again', () => {
      const session = playbook.session()
      const demo = { signal: 'demo', at: now, id: 'within' }
      session.track({ signal: 'page_view', at: now, id: 'around', properties: { seconds: 3, get path() { session.track(demo).learn({ attribute: 'contact.title', value: 'Head of Sales' }); return '/pricing' }, first: true } })
      const events = [demo, { signal: 'page_view', at: now, id: 'around', properties: { path: '/pricing', first: true, seconds: 3 } }]
      assert.equal(session.explainText(now), playbook.evaluateText({ facts: { 'contact.title': 'Head of Sales' }, events }, now))
      const inner = playbook.decideText({ facts: { 'account.size': 70 } }, now)
      const asked = []
      const asking = (value) => ({ 'account.revenue': 1, get 'account.size'() { asked.push(playbook.decideText({ facts: { 'account.size': value } }, now)); return 70 } })
      const many = Array.from({ length: 2_000 }, () => ({ signal: 'demo', at: now }))
      assert.equal(playbook.decideText({ facts: asking(70) }, now), playbook.decideText({ facts: { 'account.revenue': 1, 'account.size': 70 } }, now))
      assert.equal(playbook.decideText({ events: [...many, { signal: 'demo', get at() { asked.push(playbook.decideText({ facts: { 'account.size': 70 } }, now)); return now } }] }, now), playbook.decideText({ events: [...many, many[0]] }, now))
      assert.deepEqual(asked, [inner, inner])
      assert.equal(playbook.decideText({}, now), playbook.session().decideText(now))
      // So may what throws in the end; what came within stays.
      assert.throws(() => session.track({ signal: 'demo', at: now, get id() { session.clear().track(demo); throw new Error('on purpose') } }), { name: 'LeadstageError' })
      assert.equal(session.decideText(now), playbook.decideText({ events: [demo] }, now))
      const [first, second] = [playbook.session(), playbook.session()]
      first.load({ get facts() { second.load({ events: [demo] }); return { 'account.size': 70 } }, events: [{ signal: 'demo', get at() { second.track({ signal: 'demo', at: now, get automated() { first.decide(now); return false } }); return now } }] })
      assert.equal(first.decideText(now), playbook.decideText({ facts: { 'account.size': 70 }, events: [{ signal: 'demo', at: now }] }, now))
      assert.equal(second.decideText(now), playbook.decideText({ events: [demo, { signal: 'demo', at: now }] }, now))
    })

    it('takes nothing from the prototype of objects', () => {
      const event = { signal: 'demo', at: now }
      const plain = playbook.evaluateText({ events: [event, event] }, now)
      for (const enumerable of [true, false]) {
        for (const [key, value] of Object.entries({ id: 'everyone', automated: true, properties: {}, facts: [] })) {
          Object.defineProperty(Object.prototype, key, { value, enumerable, configurable: true })
          try {
            assert.equal(playbook.evaluateText({ events: [event, event] }, now), plain, key)
          } finally {
            delete Object.prototype[key]
          }
        }
      }
    })

    it('keeps many texts and takes more than it keeps', () => {
      const session = playbook.session()
      const views = Array.from({ length: 9_000 }, (_, nth) => ({ signal: 'page_view', at: now, properties: { path: `/pricing/${nth}/${'x'.repeat(nth % 70)}` } }))
      session.load({ events: views })
      const value = session.decide(now).scores.intent.value
      assert.equal(value, 72_000)
      for (const view of views.slice(4_000, 5_000)) session.track(view)
      assert.equal(session.decide(now).scores.intent.value, 80_000)
      const tools = Array.from({ length: 30_000 }, (_, nth) => ['crm', 'erp'][nth % 2])
      session.clear().learn({ attribute: 'account.tools', value: tools })
      assert.equal(session.decideText(now), playbook.decideText({ facts: { 'account.tools': ['crm', 'erp'] } }, now))
    })

    it('refuses evidence that is too large for its entry', () => {
      const events = (count, length) => Array.from({ length: count }, (_, nth) => ({ signal: 'page_view', at: now, properties: { path: `/${nth}/${'\u0001'.repeat(length)}` } }))
      for (const evidence of [{ events: events(100, 3_900) }, { events: events(1_000, 3_900) }, { events: events(40_000, 1) }]) {
        const careful = outcome(() => playbook.decideText(copiedFirst(evidence), now))
        assert.deepEqual(outcome(() => playbook.decideText(evidence, now)), careful)
      }
    })

    it('reads instants from Dates of all years', () => {
      for (const at of [new Date(now), new Date(-62_135_596_800_000), new Date(253_402_300_799_999)]) {
        assert.equal(playbook.evaluateText({ events: [{ signal: 'demo', at }] }, now), playbook.evaluateText({ events: [{ signal: 'demo', at: at.getTime() }] }, now))
      }
      for (const at of [new Date(-62_135_596_800_001), new Date(253_402_300_800_000)]) {
        assert.equal(outcome(() => playbook.decideText({ events: [{ signal: 'demo', at }] }, now))[0].code, 'bad_time')
      }
    })
  })
}
