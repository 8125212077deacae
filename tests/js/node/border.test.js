// What the slim entry works out in JavaScript must be what the core makes of the same text.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import * as everything from 'leadstage'
import * as visitor from 'leadstage/visitor'
import * as page from '../support/page.js'

const document = {
  leadstage: 1, name: 'border', version: 2,
  attributes: { 'account.size': { type: 'number', min: -9000000000000, max: 9000000000000 } },
  signals: { demo: {} },
  scores: { fit: { groups: [{ name: 'g', rules: [{ when: { 'account.size': { from: 0.5 } }, points: 1 }] }] } },
}
const bytes = everything.compile(document)

/** Decisions on a number at each of these bounds, one millionth apart, tell which one it was taken for. */
function taken({ Playbook }, size, from) {
  const rules = [-1, 0, 1].map((step) => ({ when: { 'account.size': { from: (from + step) / 1e6 } }, points: 1 }))
  const playbook = { ...document, scores: { fit: { groups: [{ name: 'g', rules }] } } }
  return Playbook.load(everything.compile(playbook)).evaluate({ facts: { 'account.size': size } }, 0).scores.fit.value
}

const outcome = (act) => {
  try {
    return act()
  } catch (error) {
    assert.equal(error.name, 'LeadstageError', String(error.stack))
    return error.problems.map(({ code, path }) => `${code} ${path}`).join()
  }
}

describe('numbers', () => {
  const cases = [0.5, -0.5, 1e-7, 4.9e-7, 5e-7, -5e-7, 9.99e-7, 1e-6, 1.4999995, 1.0000005, -1.0000005, 0.1, 0.30000000000000004,
    2.0000004999, 123456.7890125, -123456.7890125, 0.9999995, 0.99999949, 1234567.8900005, 4503599.6273705]
  for (const size of cases) {
    it(`${size} is taken as the core takes its text`, () => {
      const from = Math.round(size * 1e6)
      for (const slim of [visitor, page]) assert.equal(taken(slim, size, from), taken(everything, size, from))
    })
  }
  it('too large ones are refused', () => {
    for (const size of [9e12 + 1, 9e12 + 0.001953125 * 4, -9.5e12, 1e21, 1e300, Number.MAX_VALUE, 9e12, -9e12, 8999999999999.998]) {
      const decided = ({ Playbook }) => outcome(() => Playbook.load(bytes).decideText({ facts: [{ attribute: 'account.size', value: size }] }, 0))
      // The core says where in the evidence; both say the same.
      for (const slim of [visitor, page]) {
        if (Math.abs(size) > 9e12) assert.match(decided(slim), /^out_of_range/)
        assert.equal(decided(slim), decided(everything), String(size))
      }
    }
  })
})

describe('texts of events', () => {
  const tracked = {
    leadstage: 1, name: 'texts', version: 1, attributes: {},
    signals: { page_view: { properties: { path: 'text', title: 'text', seconds: 'number' } } },
    scores: { intent: { groups: [{ name: 'g', rules: [
      { signal: 'page_view', where: { path: '/pricing' }, points: 1 }, { signal: 'page_view', where: { title: '/pricing' }, points: 100 },
    ] }] } },
  }
  const compiled = everything.compile(tracked)
  for (const slim of [visitor, page, everything]) {
    it('stay known, whatever else of an event is refused', () => {
      const session = slim.Playbook.load(compiled).session()
      const view = (properties, id) => outcome(() => session.track({ signal: 'page_view', at: 0, id, properties }).decide(1).scores.intent.value)
      assert.equal(view({ path: '/pricing', seconds: 5 }), 1)
      assert.equal(view({ path: '/pricing', seconds: 1e13 }), 'out_of_range /properties/seconds')
      assert.equal(view({ path: '/pricing', title: '/pricing', seconds: 'five' }), 'wrong_type /properties/seconds')
      assert.equal(view({ path: '/pricing', title: '/pricing' }, 'x'.repeat(201)), 'too_large /id')
      assert.equal(view({ title: '/pricing', path: '/pricing' }), 102)
      assert.equal(view({ path: '/pricing' }), 103)
      session.clear()
      assert.equal(view({ title: '/pricing' }), 100)
    })
  }
})

describe('instants as text', () => {
  const good = ['2026-11-22T09:30:00Z', '2026-11-22t09:30:00z', '2026-11-22 09:30:00.25+01:00', '2026-11-22T09:30:00.123456789-23:59', '0001-01-01T00:00:00Z',
    '0099-12-31T23:59:59.999Z', '9999-12-31T23:59:59Z', '2024-02-29T00:00:00Z', '2000-02-29T00:00:00+00:30', '2026-11-22T09:30:00-00:30', '1969-12-31T23:59:59.5Z', '2026-11-22T00:00:00.1Z']
  const bad = ['', '2026-11-22', '2026-11-22T09:30:00', '2026-11-22T09:30Z', '2026-11-22T24:00:00Z', '2026-11-22T09:60:00Z', '2026-11-22T09:30:60Z', '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-00T00:00:00Z', '0000-01-01T00:00:00Z', '2026-11-22T09:30:00.Z',
    '2026-11-22T09:30:00+24:00', '2026-11-22T09:30:00+01:60', '2026-11-22T09:30:00+0100', '2026-11-22T09:30:00+1:00', ' 2026-11-22T09:30:00Z', '2026-11-22T09:30:00Z ', '2026-11-22T09:30:00Z\n',
    '2026-11-22_09:30:00Z', '+2026-11-22T09:30:00Z', '12026-11-22T09:30:00Z', '2026-11-22T09:30:00,5Z', '\uff12026-11-22T09:30:00Z', '1763803800000', 'now']
  const at = ({ Playbook }, text) => outcome(() => {
    const told = Playbook.load(bytes).evaluate({ events: [{ signal: 'demo', at: text }] }, -8.64e15)
    return told.set_aside.events.length === 1 ? 'taken' : 'lost'
  })
  /** The first instant at which an event counts is its own. */
  const found = ({ Playbook }, text, instant) => [instant - 1, instant].map((asOf) => Playbook.load(bytes).evaluate({ events: [{ signal: 'demo', at: text }] }, asOf).set_aside.events.length)

  it('the good ones are the same milliseconds', () => {
    const plain = { '2026-11-22T09:30:00Z': 1795339800000, '1969-12-31T23:59:59.5Z': -500, '0001-01-01T00:00:00Z': -62135596800000 }
    for (const [text, instant] of Object.entries(plain)) for (const slim of [visitor, page]) assert.deepEqual(found(slim, text, instant), [1, 0], text)
    for (const text of good) {
      assert.equal(at(everything, text), 'taken', text)
      for (const slim of [visitor, page]) assert.equal(at(slim, text), 'taken', text)
      // Found by halving, with the core's reading.
      let [low, high] = [-62135683200000, 253402387200000]
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        if (found(everything, text, middle)[1] === 0) high = middle
        else low = middle + 1
      }
      for (const slim of [visitor, page]) assert.deepEqual(found(slim, text, low), [1, 0], text)
    }
  })
  it('the bad ones are refused by both', () => {
    for (const text of bad) {
      assert.match(at(everything, text), /^bad_time \/events\/0\/at$/, JSON.stringify(text))
      for (const slim of [visitor, page]) assert.match(at(slim, text), /^bad_time \/events\/0\/at$/, JSON.stringify(text))
    }
  })
})

describe('what was given back', () => {
  for (const slim of [visitor, page]) it('says so, and harms nobody', () => {
    const playbook = slim.Playbook.load(bytes)
    const gone = playbook.session()
    gone.free()
    gone.free()
    const other = playbook.session().learn({ attribute: 'account.size', value: 1 })
    const before = other.decideText(0)
    for (const act of [(it) => it.decideText(0), (it) => it.clear(), (it) => it.load({}), (it) => it.track({ signal: 'demo', at: 0 }), (it) => it.learn({ attribute: 'account.size', value: 2 })]) {
      assert.match(String(outcome(() => act(gone))), /^given_back /)
    }
    assert.equal(other.decideText(0), before)
  })
})

describe('handles and lengths that nobody gave', () => {
  /** A module of its own with a lead, what puts bytes into its buffer, and what decides. */
  const fresh = (name) => {
    const file = join(dirname(createRequire(import.meta.url).resolve('leadstage/visitor.wasm')), name)
    const { exports: wasm } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)))
    const put = (data) => {
      const start = wasm.room(data.length)
      new Uint8Array(wasm.memory.buffer, start, data.length).set(data)
    }
    put(bytes)
    const lead = wasm.load(bytes.length)
    assert.ok(lead >= 0)
    const decision = () => {
      const length = wasm.decide(lead, 0, 1)
      const start = wasm.room(0)
      return new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, start, length))
    }
    return { wasm, put, lead, decision }
  }
  it('reach nothing in a page', () => {
    const { wasm, put, lead, decision } = fresh('visitor.wasm')
    const before = decision()
    for (const odd of [-1, 1, 7, 65_536, 2 ** 31 - 1, -(2 ** 31)]) {
      assert.equal(wasm.load(odd), -1)
      assert.equal(wasm.open(odd), -1)
      assert.equal(wasm.decide(odd, 0, 1), 0)
      wasm.close(odd)
      assert.notEqual(wasm.clear(odd), 0)
      assert.notEqual(wasm.enter(odd, 0, 0), 0)
      assert.notEqual(wasm.text(odd === 1 || odd === 7 ? -1 : odd), 0)
      assert.notEqual(wasm.track(odd, 0, 0, 0, -1), 0)
      assert.notEqual(wasm.learn(lead, odd, odd, odd, odd, 0, 0), 0)
      assert.notEqual(wasm.property(lead, odd, odd, odd), 0)
      assert.equal(wasm.place(lead, odd, odd, -5), -1)
      wasm.number(NaN, Infinity)
      wasm.forget()
    }
    assert.equal(decision(), before)
    put(new Uint8Array([0xff, 0xfe]))
    assert.equal(wasm.place(lead, 0, 0, 2), -1)
    assert.notEqual(wasm.text(2), 0)
  })
  it('reach nothing in Node', () => {
    const { wasm, put, lead, decision } = fresh('node.wasm')
    const before = decision()
    const slots = 64
    const pack = (...numbers) => {
      const start = wasm.pack(slots)
      const view = new Float64Array(wasm.memory.buffer, start, slots)
      view.fill(NaN)
      view.set(numbers)
      return numbers.length
    }
    const odds = [-1, 1, 7, 65_536, 2 ** 31 - 1, -(2 ** 31)]
    for (const odd of odds) {
      assert.equal(wasm.load(odd), -1)
      assert.equal(wasm.open(odd), -1)
      assert.equal(wasm.decide(odd, 0, 1), 0)
      assert.equal(wasm.about(odd), 0)
      wasm.close(odd)
      pack(4, 0, 0, 0, -1, 0, 0)
      assert.notEqual(wasm.take(odd, 0, 7, 1), 0)
      // Nothing lies between these.
      assert.equal(wasm.take(lead, odd, odd, 1), 0)
      assert.equal(wasm.take(lead, odd, 0, 1), 0)
      assert.ok(wasm.look(odd, 0, 0, 0, 0, 0) < 0)
      assert.ok(wasm.look(lead, odd, odd, odd, 0, 3) < 0)
      assert.ok(wasm.look(lead, 0, 0, 0, odd, 1) < 0 && wasm.look(lead, 0, 0, 0, 0, odd === 1 || odd === 7 ? -odd : odd) < 0)
      // A fact of such an attribute, of such a text; an event with such a property, with so many, with an id of such a length. A place below zero is the first.
      if (odd > 1) assert.notEqual(wasm.take(lead, 0, pack(0, odd, NaN, 0, 0, -1, 1, 0, 2, 1, 0), 1), 0)
      assert.notEqual(wasm.take(lead, 0, pack(0, 0, NaN, 0, 0, -1, 1, 0, 3, odd, 0), 1), 0)
      assert.notEqual(wasm.take(lead, 0, pack(4, 0, 0, 0, -1, 0, 1, odd, 2, 1, 0), 1), 0)
      if (odd > 0) {
        assert.notEqual(wasm.take(lead, 0, pack(4, 0, 0, 0, -1, 0, odd, 0, 2), 1), 0)
        if (odd > slots * 8) assert.notEqual(wasm.take(lead, 0, pack(4, 0, 0, 0, odd, 0, 0), 1), 0)
      }
    }
    for (const odd of [NaN, Infinity, -Infinity, 1e300, -0.5, 2 ** 32, 2 ** 53]) {
      assert.notEqual(wasm.take(lead, 0, pack(0, 0, NaN, 0, 0, -1, 1, 0, 3, odd, odd), 1), 0)
      assert.notEqual(wasm.take(lead, 0, pack(4, 0, odd, odd, -1, odd, 1, odd, odd, odd, odd), 1), 0)
    }
    assert.equal(decision(), before)
    new Uint8Array(wasm.memory.buffer, wasm.pack(slots), 2).set([0xff, 0xfe])
    for (const what of [0, 1, 2, 3, 4, 5, 6, 7]) assert.ok(wasm.look(lead, what, 0, 0, 0, 2) < 0)
    assert.equal(decision(), before)
  })
})
