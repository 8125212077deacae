// Many leads at once must come to what each comes to by itself.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { LeadstageError, Playbook } from 'leadstage'
import { agrees, columns } from '../support/batch.js'
import { acme, cases, generated } from '../support/dist.js'
import { hostile } from '../support/hostile.js'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 21)
const text = (bytes) => new TextDecoder().decode(bytes)
const json = (lines) => lines.split('\n').filter(Boolean).map((line) => JSON.parse(line))

const document = {
  leadstage: 1, name: 'many', version: 1,
  attributes: {
    'account.industry': { type: 'choice', options: ['software', 'education', 'retail'] },
    'account.size': { type: 'number', min: -9000000000000, max: 9000000000000 },
    'account.seats': { type: 'number', whole: true, min: 0, max: 100 },
  },
  signals: { visit: { properties: { path: 'text', minutes: 'number' } }, demo: {} },
  scores: {
    fit: {
      groups: [{
        name: 'g',
        rules: [
          { when: { 'account.industry': ['software'] }, points: 10 },
          { when: { 'account.size': { from: 0.5 } }, points: 5 },
          { signal: 'visit', where: { path: '/pricing*' }, points: 3 },
          { signal: 'visit', where: { minutes: { from: 10 } }, points: 1 },
        ],
      }],
    },
  },
}
const playbook = Playbook.parse(document)
const problemsOf = (act) => {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof LeadstageError, String(error?.stack ?? error))
    return error.problems.map(({ code, path }) => `${code} ${path}`)
  }
  return assert.fail('nothing was wrong')
}

describe('lines', () => {
  const evidence = { facts: { 'account.industry': 'software' }, events: [{ signal: 'visit', at: now - DAY, properties: { path: '/pricing', minutes: 12 } }] }
  it('are decided on as each lead by itself, ids and row numbers with them', () => {
    const lines = [JSON.stringify({ id: 'a"b', ...evidence }), '', '  ', JSON.stringify(evidence)].join('\n')
    const decision = playbook.decideText(evidence, now)
    assert.equal(playbook.decideLines(lines, { asOf: now }), `{"id":"a\\"b","decision":${decision}}\n{"id":2,"decision":${decision}}\n`)
    const explained = playbook.evaluateText(evidence, now)
    assert.equal(playbook.decideLines(lines, { asOf: now, explain: true }), `{"id":"a\\"b","decision":${explained}}\n{"id":2,"decision":${explained}}\n`)
  })
  it('a bad one has its problems at its line, and the others go on', () => {
    const answers = json(playbook.decideLines('{"facts":{"account.industry":"x"},"id":"bad"}\r\n\nnonsense\n{"facts":{"account.size":1e99}}\n{}', { asOf: now }))
    assert.deepEqual(answers.map(({ id, problems }) => [id, problems?.map(({ code, path, line }) => `${code} ${path} ${line}`)]), [
      ['bad', ['unknown_name /facts/account.industry 1']], [2, ['syntax  3']], [3, ['out_of_range /facts/account.size 4']], [4, undefined]])
  })
  it('bytes give bytes; a byte order mark is passed over, and what is not UTF-8 is a problem', () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d, 0x0a, 0x7b, 0xff, 0x7d])
    const answers = playbook.decideLines(bytes, { asOf: now })
    assert.ok(answers instanceof Uint8Array)
    const [first, second] = json(text(answers))
    assert.equal(first.decision.as_of, now)
    assert.deepEqual([second.problems[0].code, second.problems[0].line], ['syntax', 2])
    assert.equal(playbook.decideLines(new Uint8Array()).length, 0)
  })
  it('go by the option, else by their own instant, else by now', () => {
    const lines = '{"as_of":5}\n{}'
    assert.deepEqual(json(playbook.decideLines(lines, { asOf: 7 })).map(({ decision }) => decision.as_of), [7, 7])
    const before = Date.now()
    const [own, other] = json(playbook.decideLines(lines)).map(({ decision }) => decision.as_of)
    assert.equal(own, 5)
    assert.ok(before <= other && other <= Date.now())
  })
  it('come out whole however many there are and however long', () => {
    // Answers are far longer than these lines, and some lines longer than what goes over the border at a time.
    const lines = Array.from({ length: 40_000 }, (_, place) => place % 9_000 === 8_999 ? `{"id":"${place}"${' '.repeat(1_500_000)}}` : `{"id":"${place}"}`)
    const answers = json(playbook.decideLines(lines.join('\n'), { asOf: now }))
    assert.deepEqual(answers.map(({ id }) => id), lines.map((_, place) => String(place)))
    const far = json(playbook.decideLines(`${lines.join('\n')}\n{`, { asOf: now })).at(-1)
    assert.deepEqual([far.id, far.problems[0].line], [40_001, 40_001])
  })
  it('a line is as long as evidence may be, and no longer', () => {
    const most = 16 << 20
    const line = (length) => `{}${' '.repeat(length - 2)}`
    const answers = json(playbook.decideLines(`${line(most)}\n${line(most + 1)}\n{}`, { asOf: now }))
    assert.deepEqual(answers.map(({ problems }) => problems?.map(({ code, line }) => `${code} ${line}`)), [undefined, ['too_large 2'], undefined])
  })
})

describe('rows', () => {
  it('have what each has by itself', () => {
    const rows = [{ facts: { 'account.size': 2 } }, { id: 'b', events: [{ signal: 'demo', at: new Date(now) }] }]
    const decision = ({ id, ...row }) => playbook.evaluate(row, now)
    assert.deepEqual(playbook.decideRows(rows, { asOf: now, explain: true }), [{ id: 1, decision: decision(rows[0]) }, { id: 'b', decision: decision(rows[1]) }])
    assert.deepEqual(playbook.decideRows([]), [])
  })
  it('are answered as lines are, each on its own instant if it has one', () => {
    let compared = 0
    for (const { document, playbook, evidence, as_of: written } of cases()) {
      const asOf = Math.min(new Date(written).getTime(), 8.6e15)
      const made = document ? Playbook.parse(document) : Playbook.load(Buffer.from(playbook, 'base64'))
      const list = [evidence, { ...evidence, as_of: asOf }, { ...evidence, id: 'ö', as_of: asOf - 86_400_000 }, { ...evidence, as_of: '2026-11-22T09:30:00Z' },
        { ...evidence, as_of: 0.5 }, { ...evidence, as_of: null }, { ...evidence, id: 7 }, { ...evidence, other: 1 }]
      const told = json(made.decideLines(list.map((row) => JSON.stringify(row)).join('\n'), { asOf: asOf + 1 }))
      const own = json(made.decideLines(JSON.stringify(list[2])))[0]
      for (const { problems = [] } of told) for (const problem of problems) {
        delete problem.line
        delete problem.column
      }
      assert.deepEqual(made.decideRows(list, { asOf: asOf + 1 }), told)
      assert.deepEqual(made.decideRows([list[2]]), [own])
      compared += 1
    }
    assert.ok(compared > 50, `only ${compared}`)
  })
  it('a bad one has its problems, and the others go on', () => {
    const thrower = { get facts() { throw new Error('on purpose') } }
    const rows = [{}, null, thrower, { id: 'x', facts: { 'account.size': NaN } }, { facts: { 'account.industry': 'y' } }, undefined, {}]
    const answers = playbook.decideRows(rows, { asOf: now })
    assert.deepEqual(answers.map(({ id, problems }) => `${id} ${problems?.map(({ code, path }) => code + path) ?? ''}`), [
      '1 ', '2 wrong_type', '3 wrong_type', '4 wrong_type/facts/account.size', '5 unknown_name/facts/account.industry', '6 wrong_type', '7 '])
    for (const { problems } of answers) assert.ok(problems?.every(({ line }) => line === undefined) ?? true)
  })
})

/** What columns say of each case must be what its decision says. */
describe('columns', () => {
  it('agree with the decisions of the conformance cases', () => {
    let compared = 0
    for (const { name, document, playbook, evidence, as_of: asOf } of cases()) {
      const made = document ? Playbook.parse(document) : Playbook.load(Buffer.from(playbook, 'base64'))
      agrees(made.decideColumns(columns([evidence]), { asOf }), 0, JSON.parse(made.decideText(evidence, asOf)), name)
      compared += 1
    }
    assert.ok(compared > 50, `only ${compared}`)
  })
  it('agree on every lead of generated playbooks, all at once', async () => {
    let compared = 0
    for (const file of generated().slice(0, 4)) {
      const byPlaybook = new Map()
      for (const { playbook, evidence, as_of: asOf } of readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))) {
        if (!byPlaybook.has(playbook)) byPlaybook.set(playbook, [])
        byPlaybook.get(playbook).push({ evidence, asOf })
      }
      for (const [bytes, leads] of byPlaybook) {
        const made = Playbook.load(Uint8Array.from(Buffer.from(bytes, 'base64')))
        const table = { ...columns(leads.map(({ evidence }) => evidence)), as_of: Float64Array.from(leads, ({ asOf }) => asOf) }
        const answers = made.decideColumns(table)
        leads.forEach(({ evidence, asOf }, row) => agrees(answers, row, JSON.parse(made.decideText(evidence, asOf)), `${file} ${row}`))
        compared += leads.length
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.ok(compared > 500, `only ${compared}`)
  })
  it('no row takes over what the events of another brought', () => {
    const rules = [{ signal: 'demo', points: 10, decay: { half_life: '30d' } }]
    const made = Playbook.parse({ ...document, scores: { fit: { groups: [{ name: 'g', rules }] } } })
    const ago = (days) => ({ events: [{ signal: 'demo', at: now - days * 86_400_000 }] })
    const answers = made.decideColumns(columns([ago(0), ago(60), ago(30), {}, ago(60)]), { asOf: now })
    assert.deepEqual([...answers.scores.fit.value], [10_000, 2_500, 5_000, 0, 2_500])
  })
  it('take numbers as rows do, to the last place', () => {
    const numbers = [0.5, -0.5, 1e-7, 4.9e-7, 5e-7, -5e-7, 9.99e-7, 1.4999995, 1.0000005, -1.0000005, 0.1, 0.30000000000000004, 2.0000004999, 123456.7890125, 0.9999995, 0.99999949,
      1234567.8900005, 4503599.6273705, 8589934592.000002, -9e12, 9e12, 8999999999999.998, 9007199254.740993]
    for (const number of numbers) {
      // Decisions at each of these bounds, one millionth apart, tell which number it was taken for.
      const at = Math.round(number * 1e6)
      const rules = [-1, 0, 1].map((step) => ({ when: { 'account.size': { from: Math.max(-9e12, Math.min(9e12, (at + step) / 1e6)) } }, points: 1 }))
      const made = Playbook.parse({ ...document, scores: { fit: { groups: [{ name: 'g', rules }] } } })
      for (const column of [Float64Array.of(number), Float64Array.of(number, 1e10 + 0.5)]) {
        const answers = made.decideColumns({ rows: column.length, facts: { 'account.size': { numbers: column } } }, { asOf: now })
        agrees(answers, 0, JSON.parse(made.decideText({ facts: { 'account.size': number } }, now)), String(number))
      }
    }
  })
  it('take every kind of array, and numbers with places', () => {
    for (const Kind of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
      const facts = { 'account.industry': { values: ['retail', 'software'], codes: Kind.of(1, 0) }, 'account.size': { numbers: Kind.of(50, 49), places: 2 } }
      assert.deepEqual([...playbook.decideColumns({ rows: 2, facts }, { asOf: now }).scores.fit.value], [15_000, 0], Kind.name)
    }
  })
  it('several columns of an attribute are several facts', () => {
    const facts = [
      { attribute: 'account.industry', values: ['software'], codes: Int8Array.of(0, 0, -1), source: 'visitor', at: now - DAY },
      { attribute: 'account.industry', values: ['education', { any_of: ['software', 'retail'] }], codes: Int8Array.of(0, -1, 1), source: 'person', at: Float64Array.of(now - 2 * DAY, 0, now) },
    ]
    const answers = playbook.decideColumns({ rows: 3, facts }, { asOf: now })
    // A person outranks a visitor; one of two options is not known to be met and may be.
    assert.deepEqual([...answers.scores.fit.value], [0, 10_000, 0])
    assert.deepEqual([...answers.scores.fit.high], [5_000, 15_000, 15_000])
    assert.deepEqual([...answers.set_aside.facts], [1, 0, 0])
  })
  it('every wrong entry is named, and nothing is decided', () => {
    const events = { offsets: Uint32Array.of(0, 1, 2), signals: ['visit', 'demo'], codes: Uint8Array.of(0, 1), at: Float64Array.of(0, 1) }
    const wrong = (table, ...due) => assert.deepEqual(problemsOf(() => playbook.decideColumns({ rows: 2, ...table }, { asOf: now })), due)
    wrong({ facts: { 'account.industry': { values: ['software'], codes: Int8Array.of(1, -2) }, 'account.size': { numbers: Float64Array.of(NaN, 1e13) }, 'account.seats': { numbers: Float64Array.of(1.5, 101) }, 'account.x': {} } },
      'out_of_range /facts/account.industry/codes/0', 'out_of_range /facts/account.industry/codes/1', 'wrong_type /facts/account.size/numbers/0', 'out_of_range /facts/account.size/numbers/1',
      'wrong_type /facts/account.seats/numbers/0', 'out_of_range /facts/account.seats/numbers/1', 'unknown_name /facts/account.x')
    wrong({ facts: { 'account.industry': { values: ['software', 'x'], codes: Uint8Array.of(0) } } }, 'unknown_name /facts/account.industry/values/1', 'conflict /facts/account.industry/codes')
    wrong({ facts: { 'account.industry': { values: ['software'], codes: Uint8Array.of(0) } } }, 'conflict /facts/account.industry/codes')
    wrong({ facts: { 'account.industry': { numbers: Uint8Array.of(0, 0) } } }, 'wrong_type /facts/account.industry/numbers')
    wrong({ facts: { 'account.size': { numbers: [1, 2] } } }, 'wrong_type /facts/account.size/numbers')
    wrong({ facts: { 'account.size': { numbers: Float32Array.of(1, 2) } } }, 'wrong_type /facts/account.size/numbers')
    wrong({ facts: { 'account.size': { numbers: Uint8Array.of(1, 2), known: Uint8Array.of(2, 1) } } }, 'out_of_range /facts/account.size/known/0')
    wrong({ events: { ...events, offsets: Uint32Array.of(1, 0, 2) } }, 'out_of_range /events/offsets/0', 'out_of_range /events/offsets/1')
    wrong({ events: { ...events, offsets: Uint32Array.of(0, 1) } }, 'conflict /events/offsets')
    wrong({ events: { ...events, at: Float64Array.of(0.5, NaN) } }, 'bad_time /events/at/0', 'bad_time /events/at/1')
    wrong({ events: { ...events, codes: Int8Array.of(-1, 2) } }, 'out_of_range /events/codes/1')
    wrong({ events: { ...events, properties: { visit: { path: { values: ['/'], codes: Uint8Array.of(1, 9) }, x: {} }, demo: { path: {} } } } },
      'out_of_range /events/properties/visit/path/codes/0', 'unknown_name /events/properties/visit/x', 'unknown_name /events/properties/demo/path')
    wrong({ rows: -1 }, 'out_of_range /rows')
    wrong({ rows: 1_000_001 }, 'out_of_range /rows')
    wrong({ as_of: Float64Array.of(0, 8.64e15 + 2) }, 'bad_time /as_of/1')
    wrong({ further: 1 }, 'unknown_field /further')
  })
  it('as many rows as may be', () => {
    assert.equal(playbook.decideColumns({ rows: 1_000_000 }, { asOf: now }).scores.fit.value.length, 1_000_000)
    // Sixteen such columns have as many bytes as a table may have.
    const many = { numbers: new Float64Array(1 << 20), known: new Uint8Array(1 << 20) }
    const facts = Array.from({ length: 11 }, () => ({ attribute: 'account.size', ...many }))
    assert.deepEqual(problemsOf(() => playbook.decideColumns({ rows: 1, facts }, { asOf: now }))[0], 'too_large /facts/10/known')
  })
})

describe('hostile input', () => {
  const made = Playbook.load(acme())
  const column = { values: ['software'], codes: Uint8Array.of(0) }
  const events = { offsets: Uint32Array.of(0, 1), signals: ['page_view'], codes: Uint8Array.of(0), at: Float64Array.of(now) }
  const places = {
    table: (value) => value,
    rows: (value) => ({ rows: value }),
    'as of': (value) => ({ rows: 1, as_of: value }),
    stage: (value) => ({ rows: 1, stage: value }),
    'stage names': (value) => ({ rows: 1, stage: { values: value, codes: Uint8Array.of(0) } }),
    facts: (value) => ({ rows: 1, facts: value }),
    column: (value) => ({ rows: 1, facts: { 'account.industry': value } }),
    'listed column': (value) => ({ rows: 1, facts: [value] }),
    values: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, values: value } } }),
    value: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, values: [value] } } }),
    codes: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, codes: value } } }),
    numbers: (value) => ({ rows: 1, facts: { 'account.employees': { numbers: value } } }),
    known: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, known: value } } }),
    at: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, at: value } } }),
    default: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, default: value } } }),
    source: (value) => ({ rows: 1, facts: { 'account.industry': { ...column, source: value } } }),
    events: (value) => ({ rows: 1, events: value }),
    offsets: (value) => ({ rows: 1, events: { ...events, offsets: value } }),
    signals: (value) => ({ rows: 1, events: { ...events, signals: value } }),
    ids: (value) => ({ rows: 1, events: { ...events, ids: value } }),
    properties: (value) => ({ rows: 1, events: { ...events, properties: value } }),
    property: (value) => ({ rows: 1, events: { ...events, properties: { page_view: { path: value } } } }),
  }
  const before = made.decideText({}, now)
  const tried = (act, what) => {
    try {
      act()
    } catch (error) {
      assert.ok(error instanceof LeadstageError && error.problems.length > 0, `${what} threw ${String(error?.stack ?? error)}`)
    }
  }
  for (const [place, put] of Object.entries(places)) {
    it(`as ${place} does no harm`, () => {
      for (const [name, make] of hostile) tried(() => made.decideColumns(put(make()), { asOf: now }), name)
      assert.equal(made.decideText({}, now), before)
      assert.equal(made.decideColumns({ rows: 1 }, { asOf: now }).rows, 1)
    })
  }
  it('as lines, rows and options does no harm', () => {
    for (const [name, make] of hostile) {
      tried(() => made.decideLines(make(), { asOf: now }), name)
      if (!name.startsWith('a list as long') && !name.startsWith('a list that says')) tried(() => made.decideRows(make(), { asOf: now }), name)
      tried(() => made.decideRows([make()], { asOf: now }), name)
      tried(() => made.decideLines('{}', make()), name)
      tried(() => made.decideLines('{}', { asOf: make() }), name)
      tried(() => made.decideRows([{}], { explain: make() }), name)
    }
    assert.equal(made.decideText({}, now), before)
  })
  it('as handles, lengths and places that nobody gave reach nothing', () => {
    const file = createRequire(import.meta.url).resolve('leadstage/batch.wasm')
    const { exports: wasm } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)))
    const put = (data) => {
      const start = wasm.room(data.length)
      new Uint8Array(wasm.memory.buffer, start, data.length).set(data)
    }
    put(acme())
    const lead = wasm.load(acme().length)
    const table = new TextEncoder().encode('{"rows":1,"as_of":[1,1,0],"events":{"offsets":[0,2,4294967295],"signals":["page_view"],"codes":[7,0,0],"at":[1,0,0]}}')
    for (const odd of [-1, 1, 7, 65_536, 2 ** 31 - 1, -(2 ** 31)]) {
      assert.equal(wasm.table(odd, 0, 0, 0, 0, 0), 0)
      assert.equal(wasm.lines(odd, 0, 0, 0, 0, 0, 0), 0)
      assert.ok(wasm.lines(lead, odd, odd, odd, NaN, 0, odd) >= 12)
      put(table)
      assert.ok(wasm.table(lead, table.length, odd, odd, 0, 0) < 0)
      put(table)
      assert.ok(wasm.table(lead, odd, 0, table.length, 0, 0) < 0)
    }
  })
  it('arrays that lie about themselves, or are gone, are refused or read as they are', () => {
    const long = Object.defineProperty(Float64Array.of(1), 'length', { value: Infinity })
    tried(() => made.decideColumns({ rows: 1, facts: { 'account.employees': { numbers: long } } }, { asOf: now }), 'a length')
    const gone = Float64Array.of(1)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    assert.deepEqual(problemsOf(() => made.decideColumns({ rows: 1, facts: { 'account.employees': { numbers: gone } } }, { asOf: now })), ['wrong_type '])
    assert.deepEqual(problemsOf(() => made.decideLines(new Proxy(new Uint8Array(1), {}))), ['wrong_type '])
  })
})
