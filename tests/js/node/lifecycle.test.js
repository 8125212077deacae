import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import * as leadstage from 'leadstage'
import { hostile } from '../support/hostile.js'

const { LeadRecord, LeadstageError, Lifecycle, verify } = leadstage
const at = (text) => Date.parse(text)

const document = {
  leadstage: 1,
  name: 'small',
  version: 2,
  attributes: { 'contact.email': { type: 'text', identifies: true }, 'deal.amount': { type: 'number', min: 0, asserted_by: ['sales'] } },
  signals: { demo: {}, call: {} },
  calendar: { hours: { monday: '09:00-17:00', tuesday: '09:00-17:00', wednesday: '09:00-17:00', thursday: '09:00-17:00', friday: '09:00-17:00' } },
  scores: { intent: { groups: [{ name: 'asked', rules: [{ signal: 'demo', points: 30 }] }] } },
  stages: {
    visitor: {},
    mql: { enter: { signal: 'demo' }, sla: { within: '1h', owner: 'sales', escalate: 'head' }, crm: { hubspot: { 'contact.lifecyclestage': 'marketingqualifiedlead' } } },
    sal: { owner: 'sales' },
    won: { requires: ['deal.amount'] },
    recycled: { return: { after: '30d' } },
  },
  initial: 'visitor',
  transitions: [
    { from: 'visitor', to: 'mql', by: 'automation' },
    { from: 'mql', to: 'sal', on: 'accept', by: 'sales' },
    { from: ['mql', 'sal'], to: 'recycled', on: 'recycle', by: 'sales' },
    { from: 'sal', to: 'won', on: 'win', by: 'sales' },
    { from: 'recycled', to: 'visitor', by: 'automation', due: 'return_date' },
  ],
  reasons: { later: { for: ['recycle'], label: 'Not now' } },
}
const lifecycle = Lifecycle.parse(document)
const demo = { events: [{ signal: 'demo', at: new Date('2026-11-28T14:59:00Z') }], facts: { 'contact.email': 'ada@example.com' } }

/** A Saturday's demo, and the acceptance on Monday. */
const accepted = (id) => {
  const record = lifecycle.record(id)
  lifecycle.advance(record, demo, '2026-11-28T15:00:00Z')
  lifecycle.advance(record, { command: 'accept', by: ['sales'], owner: 'Dana' }, at('2026-11-30T09:45:00Z'))
  return record
}
const code = (expected, path) => (error) => {
  assert.ok(error instanceof LeadstageError, String(error.stack))
  assert.equal(error.problems[0].code, expected)
  if (path !== undefined) assert.equal(error.problems[0].path, path)
  return true
}

describe('a lifecycle in Node', () => {
  it('says what it is', () => {
    assert.equal(lifecycle.name, 'small')
    assert.equal(lifecycle.version, 2)
    assert.equal(lifecycle.digest, leadstage.Playbook.parse(document).digest)
    assert.throws(() => Lifecycle.parse({ leadstage: 1, name: 'x', version: 1 }), code('no_lifecycle'))
    assert.throws(() => Lifecycle.parse({ ...document, initial: 'visitr' }), code('unknown_name', '/initial'))
  })

  it('moves a record, in working time', () => {
    const record = lifecycle.record('r1')
    const answer = lifecycle.advance(record, demo, '2026-11-28T15:00:00Z')
    assert.deepEqual(answer.moves.map(({ from, to, by }) => [from, to, by]), [[null, 'visitor', 'start'], ['visitor', 'mql', 'automation']])
    // Saturday 15:00 plus one working hour is Monday 10:00.
    assert.deepEqual(answer.clocks, [{ stage: 'mql', what: 'started', at: at('2026-11-28T15:00:00Z'), due_at: at('2026-11-30T10:00:00Z'), priority: null, owner: 'sales' }])
    assert.deepEqual(answer.crm, [{ system: 'hubspot', do: 'set', object: 'contact', field: 'lifecyclestage', value: 'marketingqualifiedlead', inferred: false }])
    assert.equal(answer.next_at, at('2026-11-30T10:00:00Z') + 1)
    const late = lifecycle.advance(record, { tick: true }, answer.next_at)
    assert.deepEqual(late.owner, { role: 'head', queue: null, name: null })
    assert.equal(record.state().clocks[0].state, 'broken')
    assert.equal(record.decide(answer.next_at).scores.intent.value, 30)
  })

  it('refuses in words of the playbook and changes nothing', () => {
    const record = accepted('r1')
    const before = record.keptText()
    const refused = (input) => lifecycle.advance(record, { ...input, as_of: '2026-12-01T09:00:00Z' }).refused.map(({ code }) => code)
    assert.deepEqual(refused({ command: 'win', by: 'marketing' }), ['role', 'evidence_missing'])
    assert.deepEqual(refused({ command: 'recycle', by: 'sales' }), ['reason_missing'])
    assert.deepEqual(refused({ command: 'accept', by: 'sales' }), ['no_transition'])
    assert.equal(record.keptText(), before)
  })

  it('wants an instant in one place', () => {
    const record = lifecycle.record()
    assert.equal(record.id, null)
    assert.throws(() => lifecycle.advance(record, { tick: true }), code('missing_field'))
    assert.equal(lifecycle.advance(record, { ...demo, as_of: 1 }, 2).as_of, 2)
  })

  it('keeps and restores a record, and replays its journal', () => {
    const record = accepted('r1')
    const kept = JSON.parse(JSON.stringify(record.kept()))
    const restored = lifecycle.restore(kept)
    assert.equal(restored.same, true)
    assert.deepEqual(restored.differences, [])
    assert.equal(restored.record.keptText(), record.keptText())
    for (const journal of [record.journal(), kept.journal]) {
      const again = lifecycle.replay(journal, 'r1')
      assert.equal(again.record.stateText(), record.stateText())
      assert.deepEqual(again.differences, [])
    }
    // Another playbook makes another record of the same inputs.
    const other = Lifecycle.parse({ ...document, version: 3, transitions: document.transitions.slice(1) })
    const otherwise = other.restore(kept)
    assert.equal(otherwise.same, false)
    assert.equal(otherwise.record.state().stage.name, 'visitor')
    assert.deepEqual(otherwise.differences, [1, 2])
  })

  it('erases all but the chain, and takes nothing in any more', () => {
    const record = accepted('r1')
    const whole = record.kept().journal
    const answer = lifecycle.advance(record, { erase: 'asked for', by: 'privacy' }, '2026-12-01T00:00:00Z')
    assert.deepEqual([answer.done, answer.entry, answer.stage, answer.next_at, answer.erase_at], [true, 3, null, null, null])
    assert.deepEqual(answer.crm, [{ system: 'hubspot', do: 'delete', object: 'contact', field: null, value: null, inferred: false }])
    const { journal } = record.kept()
    assert.deepEqual(journal.slice(0, 2), whole.map(({ changed, input, moves, ...rest }) => ({ ...rest, erased: true })))
    assert.deepEqual(journal[2].input, { by: 'privacy', erase: 'asked for' })
    assert.deepEqual(verify(record.journal()), { entries: 3, erased: 2, head: journal[2].hash, altered: null })
    assert.deepEqual(record.state().erased, { at: at('2026-12-01T00:00:00Z'), by: 'privacy', why: 'asked for', entry: 3 })
    assert.ok(!/ada@|Dana|demo/.test(record.keptText()))
    assert.deepEqual(lifecycle.advance(record, demo, '2026-12-02T00:00:00Z').refused, [{ code: 'erased', to: null, entry: 3 }])
    assert.equal(lifecycle.restore(record.keptText()).same, true)
    // The id may say something about the person: it can go, too.
    assert.equal(lifecycle.replay(record.journal()).record.id, null)
    assert.deepEqual(verify(journal.slice(0, 2)).altered, { entry: 1, why: 'erased' })
    assert.throws(() => lifecycle.replay(journal.slice(0, 2)), code('altered', '/journal/0'))
    assert.throws(() => lifecycle.merge(lifecycle.record(), record, 0), code('erased', '/merge/journal/0'))
    assert.equal(lifecycle.funnel([record]).erased, 1)
  })

  it('is kept for as long as its playbook says', () => {
    const kept = Lifecycle.parse({ ...document, retention: [{ stages: 'mql', after: '10d', since: 'stage' }] })
    const record = kept.record('r1')
    const begun = at('2026-11-28T15:00:00Z')
    const due = begun + 10 * 86_400_000
    assert.equal(kept.advance(record, demo, begun).erase_at, due)
    assert.equal(record.explain(begun).erase_at, due)
    const erase = { erase: true, by: 'retention' }
    assert.deepEqual(kept.advance(record, erase, due - 1).refused, [{ code: 'not_due', to: null, not_before: due }])
    assert.equal(kept.advance(record, erase, due).done, true)
  })

  it('tells everything that it holds', () => {
    const named = Lifecycle.parse({ ...document, attributes: { ...document.attributes, 'contact.email': { type: 'text', identifies: true, personal: true, label: 'E-mail' } } })
    const record = named.record('r1')
    named.advance(record, { ...demo, salt: 'q8ZrYt2' }, '2026-11-28T15:00:00Z')
    const told = record.export('2026-11-29T00:00:00Z')
    assert.deepEqual(told.facts, [{ entry: 1, merged: null, attribute: 'contact.email', label: 'E-mail', personal: true, value: 'ada@example.com', source: 'visitor' }])
    assert.deepEqual(told.events.map(({ signal, label }) => [signal, label]), [['demo', 'demo']])
    assert.deepEqual([told.id, told.stage, told.story[0].input.salt], ['r1', { name: 'mql', label: 'mql', since: at('2026-11-28T15:00:00Z') }, 'q8ZrYt2'])
    assert.deepEqual(told.record, record.state())
    assert.deepEqual(told.decision, record.decide('2026-11-29T00:00:00Z'))
  })

  it('names the first altered entry', () => {
    const record = accepted('r1')
    const { head } = record.state()
    assert.deepEqual(verify(record.journal()), { entries: 2, erased: 0, head, altered: null })
    assert.deepEqual(lifecycle.verify(record.kept().journal, head), { entries: 2, erased: 0, head, altered: null })
    const [first] = record.kept().journal
    assert.deepEqual(verify(record.journal().replace('Dana', 'Dona')), { entries: 1, erased: 0, head: first.hash, altered: { entry: 2, why: 'hash' } })
    assert.deepEqual(verify([first], head).altered, { entry: 2, why: 'head' })
    assert.deepEqual(verify('nonsense').altered, { entry: 1, why: 'form' })
    const kept = record.kept()
    kept.journal.pop()
    assert.throws(() => lifecycle.restore(kept), code('altered', '/journal/1'))
    kept.journal[0].as_of += 1
    assert.throws(() => lifecycle.restore(kept), code('altered', '/journal/0'))
  })

  it('finds and merges the same person', () => {
    const one = accepted('b')
    const other = lifecycle.record('a')
    lifecycle.advance(other, { facts: { 'contact.email': ' ADA+x@example.com' } }, '2026-11-01T00:00:00Z')
    const found = lifecycle.dedupe([other, one, lifecycle.record('c')])
    assert.deepEqual(found, {
      emails: [{ email: 'ada@example.com', keep: 'b', merge: ['a'] }],
      companies: [{ domain: 'example.com', records: ['a', 'b'] }],
    })
    const answer = lifecycle.merge(one, other, '2026-12-01T09:00:00Z')
    assert.equal(answer.done, true)
    assert.deepEqual(one.state().merged.map(({ id, entries }) => [id, entries]), [['a', 1]])
    assert.equal(one.state().facts, 2)
    assert.deepEqual(lifecycle.merge(one, other, '2026-12-01T09:00:00Z').refused.map(({ code }) => code), ['merged_twice'])
    assert.throws(() => lifecycle.merge(one, one, 0), code('conflict', '/other'))
    assert.throws(() => lifecycle.merge(one, lifecycle.record(), 0), (error) => error instanceof LeadstageError)
  })

  it('counts conversion from stage to stage', () => {
    const visitor = lifecycle.record('c')
    lifecycle.advance(visitor, { facts: { 'contact.email': 'bob@example.org' } }, '2026-11-28T12:00:00Z')
    const one = accepted('a')
    const funnel = lifecycle.funnel([one, visitor])
    const of = (name) => funnel.stages.find(({ stage }) => stage === name)
    assert.deepEqual([funnel.playbook, funnel.records, funnel.outside, funnel.differing, funnel.off], ['small', 2, 0, 0, []])
    assert.deepEqual(funnel.stages.map(({ stage }) => stage), ['mql', 'recycled', 'sal', 'visitor', 'won'])
    const half = { records: 1, of: 2, permille: 500 }
    // The one left the first stage at once.
    assert.deepEqual(of('visitor'), {
      stage: 'visitor', reached: 2, inferred: 0, now: 1, times: 2, spent: { records: 1, lower_ms: 0, median_ms: 0, upper_ms: 0 },
      next: [{ to: 'mql', ...half }], after: [{ to: 'mql', ...half }, { to: 'sal', ...half }], off: [],
    })
    // From Saturday 15:00 to Monday 9:45.
    const stay = (42 * 60 + 45) * 60_000
    assert.deepEqual(of('mql').spent, { records: 1, lower_ms: stay, median_ms: stay, upper_ms: stay })
    assert.deepEqual(of('mql').next, [{ to: 'sal', records: 1, of: 1, permille: 1000 }])
    assert.deepEqual([of('sal').now, of('sal').spent], [1, { records: 0, lower_ms: null, median_ms: null, upper_ms: null }])
    // As they are kept it is the same.
    assert.deepEqual(lifecycle.funnel([one.kept(), visitor.keptText()]), funnel)
    assert.equal(lifecycle.funnel([one, visitor], { stage: 'mql', from: '2026-11-28T15:00:00Z', to: new Date('2026-11-29') }).records, 1)
    assert.deepEqual([lifecycle.funnel([one], { stage: 'mql', to: '2026-11-28T15:00:00Z' })].map(({ records, outside }) => [records, outside]), [[0, 1]])
    const altered = visitor.kept()
    altered.journal[0].as_of += 1
    assert.throws(() => lifecycle.funnel([one, altered]), code('altered', '/records/1/journal/0'))
    assert.throws(() => lifecycle.funnel([], { stage: 'mqll' }), code('unknown_name', '/cohort/stage'))
    assert.throws(() => lifecycle.funnel([], { until: 0 }), code('unknown_field', '/cohort/until'))
  })

  it('explains what leads on and what is missing', () => {
    const { ways, clocks, story, as_of } = accepted('r1').explain('2026-11-30T10:00:00Z')
    assert.equal(as_of, at('2026-11-30T10:00:00Z'))
    assert.deepEqual(ways.map(({ to, on, by, reasons }) => [to, on, by, reasons]), [['recycled', 'recycle', ['sales'], ['later']], ['won', 'win', ['sales'], null]])
    assert.deepEqual(ways[1].missing, [{ code: 'evidence_missing', to: 'won', attribute: 'deal.amount', why: 'unknown', sources: null }])
    // Met at 9:45, due at 10:00.
    assert.deepEqual(clocks, [{ working: true, left_ms: 15 * 60_000 }])
    assert.deepEqual(story.map(({ entry, late, void: gone, moves }) => [entry, late, gone, moves.length]), [[1, false, false, 2], [2, false, false, 1]])
  })

  it('gives memory back when asked', () => {
    const record = accepted('r1')
    record.free()
    for (const use of [() => record.state(), () => record.free(), () => lifecycle.advance(record, { tick: true }, 0), () => lifecycle.dedupe([record])]) {
      assert.throws(use, code('conflict'))
    }
  })

  it('takes records of its own only', () => {
    const stranger = Lifecycle.parse(document).record('r1')
    for (const record of [stranger, {}, new Proxy(accepted('x'), {}), Object.create(LeadRecord.prototype)]) {
      assert.throws(() => lifecycle.advance(record, { tick: true }, 0), code('wrong_type', '/record'))
    }
  })
})

/** Either it works, or it says what is wrong; true where it works. */
function works(act, what) {
  try {
    act()
    return true
  } catch (error) {
    assert.ok(error instanceof LeadstageError, `${what} threw ${String(error?.stack ?? error)}`)
    assert.ok(error.problems.length > 0, what)
    for (const { code, path, message } of error.problems) {
      assert.match(code, /^[a-z_]+$/, what)
      assert.ok(path === '' || path.startsWith('/'), `${what}: path \`${path}\``)
      assert.ok(message.length > 0 && message.length < 10_000, what)
    }
    return false
  }
}

const inInput = [
  (value) => value,
  (value) => ({ facts: value }),
  (value) => ({ events: value }),
  (value) => ({ events: [value] }),
  (value) => ({ tick: value }),
  (value) => ({ start: value }),
  (value) => ({ tick: true, id: value }),
  (value) => ({ tick: true, as_of: value }),
  (value) => ({ command: value, by: 'sales' }),
  (value) => ({ command: 'accept', by: value }),
  (value) => ({ command: 'accept', by: [value] }),
  (value) => ({ command: 'recycle', by: 'sales', reason: value }),
  (value) => ({ command: 'recycle', by: 'sales', reason: 'later', note: value }),
  (value) => ({ command: 'recycle', by: 'sales', reason: 'later', return_at: value }),
  (value) => ({ command: 'win', by: 'sales', owner: value }),
  (value) => ({ command: 'win', by: 'sales', further: value }),
  (value) => ({ status: value, by: 'sales' }),
  (value) => ({ assign: value, by: 'sales' }),
  (value) => ({ merge: value }),
  (value) => ({ merge: { id: value, journal: [] } }),
  (value) => ({ merge: { journal: value } }),
  (value) => ({ merge: { journal: [value] } }),
]

describe('hostile input to a lifecycle', () => {
  for (const [what, make] of hostile) {
    test(`${what}: a problem at most, and the record is as before where it was`, () => {
      const record = accepted('r1')
      const now = at('2026-12-01T09:00:00Z')
      let before = record.keptText()
      const watched = (act, door) => {
        const taken = works(act, door)
        const after = record.keptText()
        if (!taken) assert.equal(after, before, `${door} was refused and changed something`)
        before = after
      }
      inInput.forEach((put, place) => watched(() => lifecycle.advance(record, put(make()), now), `input ${place}`))
      watched(() => lifecycle.advance(record, { tick: true }, make()), 'as_of')
      watched(() => lifecycle.advance(make(), { tick: true }, now), 'record')
      watched(() => lifecycle.merge(record, make(), now), 'merge')
      watched(() => lifecycle.merge(record, lifecycle.record(), make()), 'as_of of merge')
      watched(() => lifecycle.dedupe(make()), 'dedupe')
      watched(() => lifecycle.dedupe([make()]), 'dedupe of one')
      watched(() => lifecycle.funnel([make()], make()), 'funnel')
      watched(() => lifecycle.restore(make()), 'restore')
      watched(() => lifecycle.restore({ journal: make() }), 'restore of a journal')
      watched(() => lifecycle.restore({ journal: [make()], id: make(), record: make() }), 'restore of an entry')
      watched(() => lifecycle.replay(make()), 'replay')
      watched(() => lifecycle.replay([make()], make()), 'replay of an entry')
      watched(() => lifecycle.record(make()), 'id')
      watched(() => record.explain(make()), 'explain')
      watched(() => record.decide(make()), 'decide')
      watched(() => verify(make()), 'verify')
      watched(() => verify([make()]), 'verify of an entry')
      watched(() => verify('', make()), 'head')
      works(() => Lifecycle.parse(make()), 'parse')
      record.free()
    })
  }

  it('takes an id of 200 letters for an input, and not of 201', () => {
    const record = lifecycle.record('r1')
    assert.equal(lifecycle.advance(record, { ...demo, id: 'i'.repeat(200) }, '2026-11-28T15:00:00Z').done, true)
    assert.throws(() => lifecycle.advance(record, { ...demo, id: 'i'.repeat(201) }, '2026-11-28T15:00:00Z'), code('too_large', '/id'))
  })
})
