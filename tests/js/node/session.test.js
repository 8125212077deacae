import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import * as everything from 'leadstage'
import init, * as visitor from 'leadstage/visitor'
import * as page from '../support/page.js'
import { acme } from '../support/dist.js'

const day = 86_400_000
const now = Date.UTC(2026, 10, 21)
const evidence = {
  stage: { name: 'lead', since: '2026-11-01T00:00:00Z' },
  facts: [
    { attribute: 'account.industry', value: 'software', source: 'crm', at: '2026-11-02T09:00:00Z' },
    { attribute: 'account.employees', range: [20, 199], source: 'visitor', at: '2026-11-03T09:00:00Z' },
  ],
  events: [
    { id: 'e1', signal: 'page_view', at: now - 3 * day, properties: { path: '/pricing' } },
    { id: 'e2', signal: 'page_view', at: now - 2 * day, properties: { path: '/product' } },
    { signal: 'demo_request', at: now - day },
    { signal: 'demo_request', at: now - day, automated: true },
  ],
}

test('init does nothing in Node, however often it is called', async () => {
  assert.equal(await init(), undefined)
  assert.equal(await init(), undefined)
})

for (const [name, { Playbook }] of Object.entries({ visitor, page, everything })) {
  describe(`a session of ${name}`, () => {
    const playbook = Playbook.load(acme())

    it('says which playbook decides', () => {
      assert.equal(playbook.name, 'acme-b2b')
      assert.ok(Number.isInteger(playbook.version))
      assert.match(playbook.digest, /^[0-9a-f]{64}$/)
      assert.equal(playbook.session().decide(now).digest, playbook.digest)
    })

    it('says which attributes are personal', () => {
      assert.deepEqual(playbook.personal, ['contact.email'])
      assert.ok(Object.isFrozen(playbook.personal))
      const book = (attributes) => everything.compile({ leadstage: 1, name: 'p', version: 1, attributes })
      const names = Array.from({ length: 500 }, (_, place) => `account.${'n'.repeat(60)}_${String(place).padStart(3, '0')}`)
      assert.deepEqual(Playbook.load(book({})).personal, [])
      assert.deepEqual(Playbook.load(book({ 'contact.b': { type: 'text', personal: true }, 'contact.a': { type: 'text', personal: false }, 'account.c': { type: 'date', personal: true } })).personal, ['account.c', 'contact.b'])
      // As many and as long as there may be.
      const most = book(Object.fromEntries(names.map((it) => [it, { type: 'boolean', personal: true }])))
      assert.deepEqual(Playbook.load(most).personal, names)
      assert.deepEqual(everything.Playbook.parse({ leadstage: 1, name: 'p', version: 1, attributes: { 'deal.x': { type: 'text', personal: true } } }).personal, ['deal.x'])
    })

    it('decides on what came in bit by bit as on the whole', () => {
      const session = playbook.session()
      session.enter(evidence.stage)
      for (const fact of evidence.facts) session.learn(fact)
      for (const event of evidence.events) session.track(event)
      assert.equal(session.explainText(now), playbook.evaluateText(evidence, now))
      assert.equal(session.decideText(now), playbook.decideText(evidence, now))
      assert.equal(playbook.session().load(evidence).explainText(now), session.explainText(now))
    })

    it('takes facts as a map as well', () => {
      const facts = { 'account.industry': 'software', 'account.employees': { range: [20, 199] } }
      const list = [{ attribute: 'account.industry', value: 'software' }, { attribute: 'account.employees', range: [20, 199] }]
      assert.equal(playbook.decideText({ facts }, now), playbook.decideText({ facts: list }, now))
    })

    it('gives objects that are the texts, read', () => {
      const session = playbook.session().load(evidence)
      assert.deepEqual(session.decide(now), JSON.parse(session.decideText(now)))
      assert.deepEqual(session.explain(now), JSON.parse(session.explainText(now)))
      assert.deepEqual(playbook.evaluate(evidence, now), JSON.parse(playbook.evaluateText(evidence, now)))
    })

    it('explains itself: ledgers add up', () => {
      const { scores } = playbook.evaluate(evidence, now)
      for (const [score, { value, ledger }] of Object.entries(scores)) {
        const thousandths = ledger.reduce((sum, { points }) => sum + Math.round(points * 1000), 0)
        assert.equal(thousandths, Math.round(value * 1000), score)
      }
    })

    it('takes an instant as a number, a Date and a text', () => {
      const session = playbook.session().load(evidence)
      for (const same of [new Date(now), '2026-11-21T00:00:00Z', '2026-11-21T01:00:00+01:00']) {
        assert.equal(session.decideText(same), session.decideText(now))
      }
    })

    it('counts events up to the instant only', () => {
      const before = playbook.evaluate(evidence, now - 4 * day)
      assert.equal(before.scores.intent.value, 0)
      assert.deepEqual(before.set_aside.events.map(({ why }) => why), ['future', 'future', 'future', 'automated'])
    })

    it('keeps leads apart', () => {
      const one = playbook.session()
      const other = playbook.session()
      const empty = other.decideText(now)
      one.load(evidence)
      assert.notEqual(one.decideText(now), empty)
      assert.equal(other.decideText(now), empty)
      assert.equal(one.clear().decideText(now), empty)
    })

    it('drops an event that it has seen', () => {
      const twice = { events: [evidence.events[0], evidence.events[0]] }
      const { set_aside, scores } = playbook.evaluate(twice, now)
      assert.deepEqual(set_aside.events, [{ event: 'e1', why: 'duplicate' }])
      assert.deepEqual(scores, playbook.evaluate({ events: [evidence.events[0]] }, now).scores)
    })
  })
}

describe('documents', () => {
  const document = {
    leadstage: 1, name: 'small', version: 3,
    signals: { demo: {} },
    scores: { intent: { groups: [{ name: 'g', rules: [{ signal: 'demo', points: 10 }] }] } },
    routes: [{ when: { score: { intent: { from: 10 } } }, then: 'talk' }, { then: 'wait' }],
  }
  const problems = (act) => {
    try {
      act()
    } catch (error) {
      assert.ok(error instanceof everything.LeadstageError, String(error))
      return error.problems
    }
    return assert.fail('nothing was thrown')
  }

  it('are the same as objects, as text, and compiled', () => {
    const compiled = everything.Playbook.load(everything.compile(document))
    const events = [{ signal: 'demo', at: 0 }]
    for (const playbook of [everything.Playbook.parse(document), everything.Playbook.parse(JSON.stringify(document)), visitor.Playbook.load(everything.compile(document))]) {
      assert.equal(playbook.digest, compiled.digest)
      assert.equal(playbook.decideText({ events }, 1), compiled.decideText({ events }, 1))
      assert.equal(playbook.evaluate({ events }, 1).route.then, 'talk')
      assert.equal(playbook.evaluate({}, 1).route.then, 'wait')
    }
  })

  it('have all their problems reported at once', () => {
    const bad = { ...document, version: 0, rutes: [], initial: 'nowhere' }
    const found = everything.check(bad)
    assert.deepEqual(new Set(found.map(({ code, path }) => `${code} ${path}`)), new Set(['out_of_range /version', 'unknown_field /rutes', 'unknown_name /initial']))
    assert.match(found.find(({ code }) => code === 'unknown_field').help, /routes/)
    assert.deepEqual(problems(() => everything.compile(bad)), found)
    assert.deepEqual(problems(() => everything.Playbook.parse(bad)), found)
  })

  it('have lines and columns when they are text', () => {
    const [problem] = everything.check('{\n  "leadstage": 1,\n  "name": "small",\n  "version": "x"\n}')
    assert.deepEqual([problem.code, problem.path, problem.line, problem.column], ['wrong_type', '/version', 4, 14])
    assert.equal(everything.check('{"leadstage": 1')[0].code, 'syntax')
  })

  it('have a schema', () => {
    const schema = everything.schema()
    assert.match(schema.$schema, /json-schema/)
    const root = schema.$defs[schema.$ref.replace('#/$defs/', '')]
    assert.ok('scores' in root.properties)
    assert.deepEqual([...root.required].sort(), ['leadstage', 'name', 'version'])
  })

  it('are told from evidence problems, which name the place', () => {
    const playbook = everything.Playbook.load(acme())
    const [first] = problems(() => playbook.evaluate({ facts: [{ attribute: 'account.industri', value: 'software' }] }, 0))
    assert.equal(first.code, 'unknown_name')
    assert.equal(first.path, '/facts/0/attribute')
  })
})
