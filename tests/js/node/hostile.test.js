import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as everything from 'leadstage'
import * as visitor from 'leadstage/visitor'
import * as page from '../support/page.js'
import { acme } from '../support/dist.js'
import { hostile, manyKeys } from '../support/hostile.js'

const now = Date.UTC(2026, 10, 21)

/** Either it works, or it says what is wrong; true where it works. */
function works(act, what) {
  try {
    act()
    return true
  } catch (error) {
    assert.equal(error?.name, 'LeadstageError', `${what} threw ${String(error?.stack ?? error)}`)
    assert.ok(error.problems.length > 0, `${what} names no problem`)
    for (const { code, path, message, help } of error.problems) {
      assert.match(code, /^[a-z_]+$/, what)
      assert.ok(path === '' || path.startsWith('/'), `${what}: path \`${path}\``)
      assert.ok(message.length > 0 && typeof help === 'string', what)
      assert.ok(message.length < 10_000, `${what}: a message of ${message.length} letters`)
    }
    return false
  }
}

/** Puts a hostile value at every place where an argument has one. */
const inFact = [
  (value) => value,
  (value) => ({ attribute: value, value: 'software' }),
  (value) => ({ attribute: 'account.industry', value }),
  (value) => ({ attribute: 'account.employees', value }),
  (value) => ({ attribute: 'account.employees', range: value }),
  (value) => ({ attribute: 'account.employees', range: [value, value] }),
  (value) => ({ attribute: 'account.industry', any_of: value }),
  (value) => ({ attribute: 'account.industry', any_of: [value] }),
  (value) => ({ attribute: 'account.industry', value: 'software', source: value }),
  (value) => ({ attribute: 'account.industry', value: 'software', by: value }),
  (value) => ({ attribute: 'account.industry', value: 'software', at: value }),
  (value) => ({ attribute: 'account.industry', value: 'software', default: value }),
  (value) => ({ attribute: 'account.industry', value: 'software', further: value }),
]
const inEvent = [
  (value) => value,
  (value) => ({ signal: value, at: now }),
  (value) => ({ signal: 'page_view', at: value }),
  (value) => ({ signal: 'page_view', at: now, id: value }),
  (value) => ({ signal: 'page_view', at: now, properties: value }),
  (value) => ({ signal: 'page_view', at: now, properties: { path: value } }),
  (value) => ({ signal: 'page_view', at: now, automated: value }),
  (value) => ({ signal: 'page_view', at: now, further: value }),
]
const inStage = [(value) => value, (value) => ({ name: value }), (value) => ({ name: 'lead', since: value })]
const inEvidence = [
  (value) => value,
  (value) => ({ id: value }),
  (value) => ({ stage: value }),
  (value) => ({ facts: value }),
  (value) => ({ facts: [value] }),
  (value) => ({ facts: { 'account.industry': value } }),
  (value) => ({ events: value }),
  (value) => ({ events: [value] }),
  (value) => ({ events: [{ signal: 'page_view', at: now }, { signal: 'page_view', at: now, id: value }] }),
  ...inFact.map((put) => (value) => ({ facts: [put(value)] })),
]

for (const [name, { Playbook, LeadstageError }] of Object.entries({ visitor, page, everything })) {
  describe(`hostile input to ${name}`, () => {
    const playbook = Playbook.load(acme())

    for (const [what, make] of hostile) {
      it(`${what}: a problem at most, and everything goes on as before`, () => {
        const session = playbook.session()
        session.learn({ attribute: 'account.industry', value: 'software' })
        session.track({ signal: 'page_view', at: now - 1000, properties: { path: '/pricing' } })
        const doors = { learn: inFact, track: inEvent, enter: inStage }
        let before = session.explainText(now)
        for (const [door, places] of Object.entries(doors)) {
          places.forEach((put, place) => {
            const taken = works(() => session[door](put(make())), `${door} ${place}`)
            const after = session.explainText(now)
            if (!taken) assert.equal(after, before, `${door} ${place} was refused and changed something`)
            before = after
          })
        }
        for (const form of ['decide', 'explain', 'decideText', 'explainText']) {
          works(() => session[form](make()), form)
        }
        inEvidence.forEach((put, place) => {
          for (const form of ['evaluate', 'evaluateText', 'decideText']) {
            works(() => playbook[form](put(make()), now), `${form} ${place}`)
          }
        })
        works(() => playbook.evaluate({}, make()), 'as_of')
        works(() => Playbook.load(make()), 'load')
        assert.equal(session.explainText(now), before)
        const fresh = playbook.session()
        if (!works(() => fresh.load(make()), 'session.load')) {
          assert.equal(fresh.decideText(now), playbook.session().decideText(now), 'a refused load left something')
        }
        fresh.free()
        session.free()
      })
    }

    it('tells its errors apart from others', () => {
      assert.throws(() => playbook.session().learn({ attribute: 'account.industry', value: 'sofware' }), (error) => {
        assert.ok(error instanceof LeadstageError && error instanceof Error)
        assert.equal(error.problems[0].path, '/value')
        assert.equal(error.problems[0].code, 'unknown_name')
        assert.match(error.message, /sofware/)
        return true
      })
    })

    it('does not put anything on the prototype of objects', () => {
      for (const text of ['{"__proto__": {"polluted": 1}}', '{"facts": {"__proto__": {"value": 1}}}', '{"constructor": {"prototype": {"polluted": 1}}}']) {
        works(() => playbook.evaluate(JSON.parse(text), now), text)
        works(() => playbook.session().learn(JSON.parse(text)), text)
      }
      assert.equal({}.polluted, undefined)
    })

    it('refuses damaged compiled playbooks, wherever the damage is', () => {
      const good = acme()
      for (let length = 0; length < good.length; length += 7) works(() => Playbook.load(good.slice(0, length)), `${length} bytes`)
      let state = 1
      for (let round = 0; round < 3_000; round += 1) {
        const bad = good.slice()
        for (let change = 0; change < 1 + (round % 3); change += 1) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0
          bad[state % bad.length] ^= 1 << (round % 8)
        }
        works(() => {
          const loaded = Playbook.load(bad)
          loaded.evaluate({ events: [{ signal: 'demo_request', at: now }] }, now)
        }, `round ${round}`)
      }
      works(() => Playbook.load(new Uint8Array([...good, 0])), 'a byte too many')
      assert.equal(Playbook.load(good).digest, playbook.digest)
    })

    it('refuses many unknown names in time', { timeout: 60_000 }, () => {
      const start = performance.now()
      assert.equal(works(() => playbook.evaluate({ facts: manyKeys(20_000) }, now), '20,000 keys'), false)
      const taken = performance.now() - start
      assert.ok(taken < 10_000, `20,000 keys took ${taken} ms`)
    })

    it('keeps the documented number of events and facts, and no more', { timeout: 120_000 }, () => {
      const session = playbook.session()
      const event = { signal: 'newsletter_signup', at: now }
      const fact = { attribute: 'account.industry', value: 'software' }
      for (let count = 0; count < 5_000; count += 1) session.learn(fact)
      for (let count = 0; count < 100_000; count += 1) session.track(event)
      assert.throws(() => session.learn(fact), ({ problems }) => problems[0].code === 'too_many')
      assert.throws(() => session.track(event), ({ problems }) => problems[0].code === 'too_many')
      assert.equal(session.decide(now).playbook, 'acme-b2b')
      session.free()
    })

    it('takes a text of 4,000 letters and not one of 4,001', () => {
      const session = playbook.session()
      const view = (length) => ({ signal: 'page_view', at: now, properties: { path: 'ü'.repeat(length) } })
      session.track(view(4_000))
      assert.throws(() => session.track(view(4_001)), ({ problems }) => problems[0].code === 'too_large' && problems[0].path === '/properties/path')
      session.track({ signal: 'page_view', at: now, id: 'i'.repeat(200) })
      assert.throws(() => session.track({ signal: 'page_view', at: now, id: 'i'.repeat(201) }), ({ problems }) => problems[0].code === 'too_large' && problems[0].path === '/id')
    })
  })
}

describe('hostile documents', () => {
  for (const [what, make] of hostile) {
    it(`${what}: problems, and nothing else`, () => {
      const places = [
        (value) => value,
        (value) => ({ leadstage: 1, name: 'x', version: value }),
        (value) => ({ leadstage: 1, name: value, version: 1 }),
        (value) => ({ leadstage: 1, name: 'x', version: 1, attributes: value }),
        (value) => ({ leadstage: 1, name: 'x', version: 1, attributes: { 'account.x': { type: value } } }),
        (value) => ({ leadstage: 1, name: 'x', version: 1, attributes: { 'account.x': { type: 'choice', options: value } } }),
        (value) => ({ leadstage: 1, name: 'x', version: 1, signals: { s: {} }, segments: { one: value, two: { signal: 's', count: value } } }),
        (value) => ({ leadstage: 1, name: 'x', version: 1, routes: [{ when: { all: value }, then: 'y' }] }),
      ]
      places.forEach((put, place) => {
        for (const door of ['compile', 'check']) works(() => everything[door](put(make())), `${door} ${place}`)
        works(() => everything.Playbook.parse(put(make())), `parse ${place}`)
      })
    })
  }

  it('nested without end are refused quickly', () => {
    for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(1_000_000), `"${'\\u0041'.repeat(100_000)}"`]) {
      assert.ok(everything.check(text).length > 0)
    }
  })
})
