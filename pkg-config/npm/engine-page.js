//# allFunctionsCalledOnLoad
// Playbook and Session for pages, where bytes count most: names become numbers once, values cross the border one by one.
// `engine.js` is the quick form for Node and for the full entry; the same tests hold both.
import { expected, fail, instant, join, only, plain, shown, typed } from './border.js'

/** By the numbers of the module's refusals. */
const REFUSALS = [, ['wrong_type', 'a value of another type is needed'], ['unknown_name', 'is not one of the options'],
  ['out_of_range', 'is out of range'], ['bad_date', 'expected a date like `2026-11-22`'], ['too_large', 'is too long'],
  ['too_many', 'there are too many'], ['empty', 'expected at least one'], ['empty_range', 'the range leaves nothing'],
  ['conflict', 'one end of the range is needed'], ['given_back', 'the session was given back']]

const KINDS = ['attribute', 'signal', 'property', 'source', 'asserter', 'stage']
const FORMS = ['value', , 'range', 'any_of']
const FACT = ['attribute', 'value', 'range', 'any_of', 'source', 'by', 'at', 'default']
const EVENT = ['signal', 'at', 'id', 'properties', 'automated']

/** Longer ones are too long or unknown, whatever follows. */
const TEXT_UNITS = 8_001
const PLAYBOOK_BYTES = 4 << 20

/** Loads the module from a URL, a Response, bytes or a compiled module. */
export async function start(wasm, source) {
  source = await source
  if (typeof source === 'string' || source instanceof URL || source instanceof Request) source = await fetch(source)
  if (source instanceof Response) source = await source.arrayBuffer()
  const made = await WebAssembly.instantiate(source)
  Object.assign(wasm, (made.instance ?? made).exports)
}

/** `wasm` holds what the module exports, once it is loaded. */
export function engine(wasm) {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const kept = new FinalizationRegistry((lead) => wasm.close(lead))
  /** The module's buffer; making room may move it and its memory. */
  const bytes = (length) => {
    const start = wasm.room(length)
    return new Uint8Array(wasm.memory.buffer, start, length)
  }
  /** Puts a text into the module's buffer; gives back how many bytes it takes there. */
  const write = (text, most = TEXT_UNITS) => {
    text = text.slice(0, most)
    return encoder.encodeInto(text, bytes(text.length * 3)).written
  }
  const read = (length) => decoder.decode(bytes(length))
  const done = (refusal, path = '', value) => {
    if (!refusal) return
    const [code, message] = REFUSALS[refusal]
    fail(code, path, (typeof value === 'string' ? `${shown(value)} ` : '') + message)
  }

  /** Puts down a number in whole ones and millionths; halves, as it is written, are rounded away from zero. */
  const number = (value) => {
    const size = Math.abs(value)
    // What is too large must stay so without its fraction.
    if (size > 9e12) return wasm.number(value * 2, 0)
    if (Number.isInteger(value)) return wasm.number(value, 0)
    // Smaller ones are written with an exponent.
    const [whole, fraction] = size < 1e-6 ? [0, size < 5e-7 ? '0' : '000001'] : String(size).split('.')
    const sign = Math.sign(value)
    wasm.number(sign * whole, sign * (Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= 5)))
  }

  /** Puts down a value; gives back its form. */
  const put = (value, path, nested) => {
    if (Array.isArray(value) && !nested) {
      value.forEach((entry, place) => put(entry, join(path, place), true))
      return 1
    }
    if (value === null) wasm.mark(0)
    else if (typeof value === 'boolean') wasm.mark(value ? 2 : 1)
    else if (typeof value === 'number') number(value)
    else if (typeof value === 'string') wasm.text(write(value))
    else fail('wrong_type', path, 'expected a single value')
    return 0
  }

  /** The place of a name in the playbook of a lead. */
  const find = (own, kind, name, path, signal = 0) => {
    typed('string', name, path)
    if (own.lead < 0) done(10)
    const key = `${kind} ${signal} ${name}`
    let place = own.places.get(key)
    if (place === undefined) {
      place = wasm.place(own.lead, kind, signal, write(name))
      if (place < 0 && kind !== 4) fail('unknown_name', path, `${shown(name)} is not ${kind ? 'a' : 'an'} ${KINDS[kind]} of this playbook`)
      if (own.places.size < 10_000) own.places.set(key, place)
    }
    return place
  }

  const learn = (own, fact, path, pathOfValue = `${path}/value`) => {
    only(fact, FACT, path)
    const { source = 'visitor', by, at, default: untouched = false } = fact
    const attribute = find(own, 0, fact.attribute, `${path}/attribute`)
    const [said, ...more] = FORMS.filter((key) => fact[key] !== undefined)
    if (!said || more.length) fail('conflict', path, 'expected one of `value`, `range` and `any_of`')
    typed('boolean', untouched, `${path}/default`)
    const from = find(own, 3, source, `${path}/source`)
    const asserter = by === undefined ? -2 : find(own, 4, by, `${path}/by`)
    const time = at === undefined ? NaN : instant(at, `${path}/at`)
    const where = said === 'value' ? pathOfValue : `${path}/${said}`
    wasm.forget()
    const list = put(fact[said], where)
    const form = FORMS.indexOf(said)
    if (form && !list) fail('wrong_type', where, 'expected a list')
    done(wasm.learn(own.lead, attribute, form || list, from, asserter, time, untouched), where, fact[said])
  }

  const track = (own, event, path) => {
    only(event, EVENT, path)
    const { at, id, properties, automated = false } = event
    const signal = find(own, 1, event.signal, `${path}/signal`)
    if (at === undefined) fail('missing_field', path, '`at` is missing')
    const time = instant(at, `${path}/at`)
    if (id !== undefined) typed('string', id, `${path}/id`)
    typed('boolean', automated, `${path}/automated`)
    wasm.forget()
    if (properties !== undefined) {
      for (const key in only(properties, null, `${path}/properties`)) {
        const where = join(`${path}/properties`, key)
        const property = find(own, 2, key, where, signal)
        const value = properties[key]
        done(wasm.property(own.lead, signal, property, put(value, where)), where, value)
      }
    }
    done(wasm.track(own.lead, signal, time, automated, id === undefined ? -1 : write(id)), `${path}/id`, id)
  }

  const enter = (own, stage, path) => {
    only(stage, ['name', 'since'], path)
    const place = find(own, 5, stage.name, `${path}/name`)
    done(wasm.enter(own.lead, place, stage.since === undefined ? NaN : instant(stage.since, `${path}/since`)))
  }

  /** Adds evidence to a lead of which nothing is known. */
  const fill = (own, evidence) => {
    const { stage, facts = [], events = [], id } = only(plain(evidence), ['id', 'stage', 'facts', 'events', 'as_of'], '')
    if (id !== undefined) typed('string', id, '/id')
    if (stage !== undefined) enter(own, stage, '/stage')
    if (Array.isArray(facts)) facts.forEach((fact, place) => learn(own, fact, `/facts/${place}`))
    else {
      for (const attribute in only(facts, null, '/facts')) {
        const said = facts[attribute]
        const is = said !== null && typeof said === 'object' && !Array.isArray(said)
        const path = join('/facts', attribute)
        learn(own, { ...(is ? said : { value: said }), attribute }, path, is ? `${path}/value` : path)
      }
    }
    if (!Array.isArray(events)) fail('wrong_type', '/events', 'expected a list')
    events.forEach((event, place) => track(own, event, `/events/${place}`))
  }

  const decide = (own, asOf, explained) => {
    const length = wasm.decide(own.lead, instant(asOf, '/as_of'), explained)
    return length ? read(length) : done(10)
  }

  /** A lead of which nothing is known, by the playbook of another. */
  const another = ({ lead, places }) => ({ lead: wasm.open(lead), places })

  class Playbook {
    #own
    /** `personal`: the names of attributes, one a line. */
    constructor(lead, personal) {
      this.#own = { lead, places: new Map() }
      kept.register(this, lead)
      const { playbook: name, version, digest } = JSON.parse(decide(this.#own, 0, 0))
      Object.freeze(Object.assign(this, { name, version, digest, personal: Object.freeze(personal.split('\n').filter(Boolean)) }))
    }

    static load(source) {
      if (!ArrayBuffer.isView(source) || !(source instanceof Uint8Array)) fail('wrong_type', '', 'expected the bytes of a compiled playbook')
      const { length } = source
      let lead = -1
      if (length <= PLAYBOOK_BYTES) {
        bytes(length).set(source)
        lead = wasm.load(length)
      }
      if (lead < 0) fail('syntax', '', 'not a compiled playbook of this version', 'compile it with `leadstage compile`')
      const form = bytes(length)
      return new this(lead, decoder.decode(form.subarray(39, 39 + form[37] + form[38] * 256)))
    }

    session() {
      return new Session(another(this.#own))
    }

    evaluate(evidence, asOf) {
      return JSON.parse(this.evaluateText(evidence, asOf))
    }

    evaluateText(evidence, asOf) {
      return this.#decided(evidence, asOf, 1)
    }

    decideText(evidence, asOf) {
      return this.#decided(evidence, asOf, 0)
    }

    #decided(evidence, asOf, explained) {
      const own = another(this.#own)
      try {
        fill(own, evidence)
        return decide(own, asOf, explained)
      } finally {
        wasm.close(own.lead)
      }
    }
  }

  class Session {
    #own
    constructor(own) {
      this.#own = own
      kept.register(this, own.lead, this)
    }

    learn(fact) {
      learn(this.#own, plain(fact), '')
      return this
    }

    track(event) {
      track(this.#own, plain(event), '')
      return this
    }

    enter(stage) {
      enter(this.#own, plain(stage), '')
      return this
    }

    /** Puts other evidence in place of what is known; on a problem nothing is known. */
    load(evidence) {
      this.clear()
      try {
        fill(this.#own, evidence)
      } catch (error) {
        this.clear()
        throw error
      }
      return this
    }

    clear() {
      done(wasm.clear(this.#own.lead))
      return this
    }

    decide(asOf) {
      return JSON.parse(this.decideText(asOf))
    }

    explain(asOf) {
      return JSON.parse(this.explainText(asOf))
    }

    decideText(asOf) {
      return decide(this.#own, asOf, 0)
    }

    explainText(asOf) {
      return decide(this.#own, asOf, 1)
    }

    free() {
      kept.unregister(this)
      wasm.close(this.#own.lead)
      this.#own.lead = -1
    }
  }

  return { Playbook, Session, bytes, read, write }
}
