//# allFunctionsCalledOnLoad
// Playbook and Session over the module, whichever way evidence crosses the border: `engine.js` packs it, `engine-page.js` takes fewer bytes.
import { fail, instant, shown } from './border.js'

/** By the numbers of the module's refusals. */
const REFUSALS = [, ['wrong_type', 'a value of another type is needed'], ['unknown_name', 'is not one of the options'],
  ['out_of_range', 'is out of range'], ['bad_date', 'expected a date like `2026-11-22`'], ['too_large', 'is too long'],
  ['too_many', 'there are too many'], ['empty', 'expected at least one'], ['empty_range', 'the range leaves nothing'],
  ['conflict', 'one end of the range is needed'], ['given_back', 'the session was given back']]

/** What has a place in a playbook, by the numbers that the module has for it. */
const KINDS = ['attribute', 'signal', 'property', 'source', 'asserter', 'stage']
export const ATTRIBUTE = 0
export const SIGNAL = 1
export const PROPERTY = 2
export const SOURCE = 3
export const ASSERTER = 4
export const STAGE = 5

/** The keys under which a fact may say something, by the numbers of their forms; 1 is a list under `value`. */
export const FORMS = ['value', , 'range', 'any_of']
export const FACT_KEYS = ['attribute', 'value', 'range', 'any_of', 'source', 'by', 'at', 'default']
export const EVENT_KEYS = ['signal', 'at', 'id', 'properties', 'automated']
export const STAGE_KEYS = ['name', 'since']
export const EVIDENCE_KEYS = ['id', 'stage', 'facts', 'events', 'as_of']
const PLAYBOOK_BYTES = 4 << 20

/** Loads the module from a URL, a Response, bytes or a compiled module. */
export async function start(wasm, source) {
  source = await source
  if (typeof source === 'string' || source instanceof URL || source instanceof Request) source = await fetch(source)
  if (source instanceof Response) source = await source.arrayBuffer()
  const made = await WebAssembly.instantiate(source)
  Object.assign(wasm, (made.instance ?? made).exports)
}

/** Ends with what the module refused, if it did. */
export const done = (refusal, path = '', value) => {
  if (!refusal) return
  const [code, message] = REFUSALS[refusal]
  fail(code, path, (typeof value === 'string' ? `${shown(value)} ` : '') + message)
}

/** The place of a name that was found; only of asserters others than the playbook's may be named. */
export const known = (place, kind, name, path) => {
  if (place < 0 && kind !== ASSERTER) fail('unknown_name', path, `${shown(name)} is not ${kind ? 'a' : 'an'} ${KINDS[kind]} of this playbook`)
  return place
}

/** A number in whole ones and millionths; halves, as it is written, are rounded away from zero. */
export const decimal = (value) => {
  const size = Math.abs(value)
  // What is too large must stay so without its fraction.
  if (size > 9e12) return [value * 2, 0]
  // Smaller ones are written with an exponent.
  const [whole, fraction = ''] = size < 1e-6 ? [0, size < 5e-7 ? '' : '000001'] : String(size).split('.')
  const sign = Math.sign(value)
  return [sign * whole, sign * (Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= 5))]
}

/**
 * `wasm` holds what the module exports, once it is loaded. `border` makes of the module's buffer what acts on a lead, which is
 * `lead`, its handle (-1 once it was given back), and `names`, what has been looked up in its playbook.
 */
export function leads(wasm, border) {
  const decoder = new TextDecoder()
  const kept = new FinalizationRegistry(({ lead }) => wasm.close(lead))
  /** The module's buffer; making room may move it and its memory. */
  const bytes = (length) => {
    const start = wasm.room(length)
    return new Uint8Array(wasm.memory.buffer, start, length)
  }
  const read = (length) => decoder.decode(bytes(length))
  const decide = (own, asOf, explained) => {
    const length = wasm.decide(own.lead, instant(asOf, '/as_of'), explained)
    return length ? read(length) : done(10)
  }
  /** A lead of which nothing is known, by the playbook of another. */
  const another = ({ lead, names }) => ({ lead: wasm.open(lead), names })
  const { about, names, learn, track, enter, fill, clear, decided } = border({ bytes, read, decide, another })

  class Playbook {
    #own
    /** `personal`: the names of attributes, one a line. */
    constructor(lead, personal) {
      this.#own = { lead, names: names() }
      kept.register(this, this.#own)
      const { playbook: name, version, digest } = JSON.parse(about(this.#own))
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
      return decided(this.#own, evidence, asOf, 1)
    }

    decideText(evidence, asOf) {
      return decided(this.#own, evidence, asOf, 0)
    }
  }

  class Session {
    #own
    constructor(own) {
      this.#own = own
      kept.register(this, own, this)
    }

    learn(fact) {
      learn(this.#own, fact)
      return this
    }

    track(event) {
      track(this.#own, event)
      return this
    }

    enter(stage) {
      enter(this.#own, stage)
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
      clear(this.#own)
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

  return { Playbook, Session }
}
