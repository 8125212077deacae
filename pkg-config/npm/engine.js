//# allFunctionsCalledOnLoad
// Playbook and Session over the module: names and texts become numbers once, stages, facts and events cross the border packed.
import { LONE_SURROGATE, expected, fail, instant, join, only, plain, shown, typed } from './border.js'

/** By the numbers of the module's refusals. */
const REFUSALS = [, ['wrong_type', 'a value of another type is needed'], ['unknown_name', 'is not one of the options'],
  ['out_of_range', 'is out of range'], ['bad_date', 'expected a date like `2026-11-22`'], ['too_large', 'is too long'],
  ['too_many', 'there are too many'], ['empty', 'expected at least one'], ['empty_range', 'the range leaves nothing'],
  ['conflict', 'one end of the range is needed'], ['given_back', 'the session was given back']]

const KINDS = ['attribute', 'signal', 'property', 'source', 'asserter', 'stage']
const FORMS = ['value', , 'range', 'any_of']
const FACT = ['attribute', 'value', 'range', 'any_of', 'source', 'by', 'at', 'default']
const EVENT = ['signal', 'at', 'id', 'properties', 'automated']
// How the module numbers what has a place in a playbook; last come values.
const ATTRIBUTE = 0
const SIGNAL = 1
const PROPERTY = 2
const SOURCE = 3
const ASSERTER = 4
const STAGE = 5
const OF_ATTRIBUTE = 6
const OF_PROPERTY = 7
/** What is packed, where it is not a fact of one of the forms. */
const AN_EVENT = 4
const A_STAGE = 5

/** What is longer may be too long; no more of it is needed than shows it. */
const TEXT_UNITS = 4_000
const SHOWN_UNITS = 8_001
const PLAYBOOK_BYTES = 4 << 20
/** Slots for what is packed; it is handed over when half of them are used. */
const SLOTS = 8_192
/** Lists that are longer, and evidence that takes more, may be too large for some. */
const LIST = 1_000
const LARGE = 2_400_000
/** So many values that are texts the module keeps. */
const KNOWN = 4_096

/** Loads the module from a URL, a Response, bytes or a compiled module. */
export async function start(wasm, source) {
  source = await source
  if (typeof source === 'string' || source instanceof URL || source instanceof Request) source = await fetch(source)
  if (source instanceof Response) source = await source.arrayBuffer()
  const made = await WebAssembly.instantiate(source)
  Object.assign(wasm, (made.instance ?? made).exports)
}

/** `wasm` holds what the module exports, once it is loaded; `whole` decides on evidence that needs care, where the module can. */
export function engine(wasm, whole) {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const kept = new FinalizationRegistry(({ lead }) => wasm.close(lead))
  /** The module's buffer; making room may move it and its memory. */
  const bytes = (length) => {
    const start = wasm.room(length)
    return new Uint8Array(wasm.memory.buffer, start, length)
  }
  const read = (length) => decoder.decode(bytes(length))
  const done = (refusal, path = '', value) => {
    if (!refusal) return
    const [code, message] = REFUSALS[refusal]
    fail(code, path, (typeof value === 'string' ? `${shown(value)} ` : '') + message)
  }

  // What is packed, as numbers and as bytes; where this call's begins, where the last of it does, and where it ends.
  let numbers = []
  let letters
  let base = 0
  let head = 0
  let end = 0
  /** How much it is, in letters and about as much for each slot. */
  let size = 0
  /** For whom; whether it is a copy that is looked at with care, and then where. */
  let own
  let careful
  let path

  /** Makes room for so many slots. When memory grows, the views are lost. */
  const ready = (more) => {
    if (end + more <= numbers.length) return
    const slots = Math.max(end + more, SLOTS)
    const start = wasm.pack(slots)
    numbers = new Float64Array(wasm.memory.buffer, start, slots)
    letters = new Uint8Array(wasm.memory.buffer, start, slots * 8)
  }

  /** Writes a text behind what is packed; gives back how many bytes it takes. */
  const write = (text) => {
    if (!careful && text.length > TEXT_UNITS) fail()
    text = text.slice(0, SHOWN_UNITS)
    ready(text.length)
    const start = end * 8
    for (let place = 0; place < text.length; place += 1) {
      const unit = text.charCodeAt(place)
      if (unit > 127) {
        if (LONE_SURROGATE.test(text)) fail()
        return encoder.encodeInto(text, letters.subarray(start)).written
      }
      letters[start + place] = unit
    }
    return text.length
  }

  /** What stands for a text: its place, and the texts that are looked up from there. */
  const look = (texts, what, text, a, b) => {
    let found = texts.get(text)
    size += text.length
    if (!found) {
      const length = write(text)
      found = { place: wasm.look(own.lead, what, a, b, end, length), texts: new Map() }
      // Others are forgotten.
      if (found.place >= 0 && found.place < KNOWN) texts.set(text, found)
    }
    return found
  }

  /** What stands for a name. */
  const find = (texts, what, name, key, a) => {
    if (typeof name !== 'string') typed('string', name, at(key))
    if (own.lead < 0) done(10)
    const found = look(texts, what, name, a)
    if (found.place < 0 && what !== ASSERTER) fail('unknown_name', at(key), `${shown(name)} is not ${what ? 'a' : 'an'} ${KINDS[what]} of this playbook`)
    return found
  }

  /** Where a problem is; without care nobody asks. */
  const at = (key) => (key ? `${path}/${key}` : path)

  /** Begins to pack something. */
  const begin = (what, place, time, flag, a, b) => {
    ready(7)
    head = end
    numbers[end] = what
    numbers[end + 1] = place
    numbers[end + 2] = time
    numbers[end + 3] = flag
    numbers[end + 4] = a
    numbers[end + 5] = b
    numbers[end + 6] = 0
    end += 7
  }

  const add = (whose, form, x, y) => {
    ready(4)
    numbers[end] = whose
    numbers[end + 1] = form
    numbers[end + 2] = x
    numbers[end + 3] = y
    numbers[head + 6] += 1
    end += 4
  }

  /** Packs a value: a single one, or the parts of a list, whether a list may be there or not. */
  const put = (value, key, texts, what, a, b, nested) => {
    if (typeof value === 'string') add(b, 3, look(texts, what, value, a, b).place, 0)
    else if (typeof value === 'number') {
      const micro = Math.round(value * 1e6)
      const size = Math.abs(value)
      // A decimal of so few digits is the one that is written.
      if (micro / 1e6 === value && size < 1e9) add(b, 2, 0, micro)
      else if (!Number.isFinite(value)) fail()
      // What is too large must stay so without its fraction.
      else if (size > 9e12) add(b, 2, value * 2, 0)
      else {
        // In whole ones and millionths; halves, as they are written, are rounded away from zero. Smaller ones are written with an exponent.
        const [whole, fraction = ''] = size < 1e-6 ? [0, size < 5e-7 ? '' : '000001'] : String(size).split('.')
        const sign = Math.sign(value)
        add(b, 2, sign * whole, sign * (Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= 5)))
      }
    } else if (typeof value === 'boolean') add(b, 1, value, 0)
    else if (value === null) add(b, 0, 0, 0)
    else if (Array.isArray(value) && !nested) {
      const { length } = value
      if (length > LIST && !careful) fail()
      for (let place = 0; place < length; place += 1) put(value[place], careful && (key ? `${key}/${place}` : `${place}`), texts, what, a, b, true)
    } else fail('wrong_type', at(key), 'expected a single value')
  }

  /** Hands over what is packed. */
  const hand = (key, value) => {
    // With its keys a slot takes at most 40 bytes of JSON, and a letter 6.
    size += (end - base) * 7
    if (whole && !careful && size > LARGE) fail()
    const refusal = wasm.take(own.lead, base, end, 1)
    end = base
    done(refusal, at(key), value)
  }

  /** Something is packed: with care it is handed over at once, so that what is refused is known. */
  const packed = (key, value) => {
    if (careful || end - base > SLOTS / 2) hand(key, value)
  }

  /** Sees to it that an object has so many keys, all of them its own. What is not sure is for those who look with care. */
  const counted = (object, count) => {
    const prototype = Object.getPrototypeOf(object)
    for (const key in object) count -= 1
    if (count || Array.isArray(object) || prototype !== null && prototype !== Object.prototype) fail()
  }

  const time = (value, key) => {
    if (Number.isInteger(value) && Math.abs(value) <= 8.64e15) return value
    const found = instant(value, at(key))
    // A copy has text for a Date, which has four digits for the year.
    if (!careful && (value.length > 40 || found < -62_135_596_800_000 || found >= 253_402_300_800_000)) fail()
    return found
  }

  /** `name`: that of the attribute, where it is not in the fact. */
  const learn = (fact, name) => {
    const bare = name !== undefined && (typeof fact !== 'object' || fact === null || Array.isArray(fact))
    if (careful && !bare) only(fact, FACT, path)
    const { attribute, value, range, any_of, source, by, at: since, default: untouched } = bare ? { value: fact } : fact
    const forms = (value !== undefined) + (range !== undefined) + (any_of !== undefined)
    if (!careful && !bare) {
      counted(fact, forms + (attribute !== undefined) + (source !== undefined) + (by !== undefined) + (since !== undefined) + (untouched !== undefined))
      if (name !== undefined && attribute !== undefined) fail()
    }
    const { book } = own
    const { place, texts } = find(book[ATTRIBUTE], ATTRIBUTE, name ?? attribute, 'attribute')
    if (forms !== 1) fail('conflict', path, 'expected one of `value`, `range` and `any_of`')
    if (untouched !== undefined) typed('boolean', untouched, at('default'))
    const from = find(book[SOURCE], SOURCE, source === undefined ? 'visitor' : source, 'source')
    const asserter = by === undefined ? -1 : find(book[ASSERTER], ASSERTER, by, 'by').place
    const form = range !== undefined ? 2 : any_of !== undefined ? 3 : 0
    const said = [value, , range, any_of][form]
    const key = bare ? '' : FORMS[form]
    const list = Array.isArray(said)
    begin(form || +list, place, since === undefined ? NaN : time(since, 'at'), untouched, from.place, asserter)
    put(said, key, texts, OF_ATTRIBUTE, place, 0)
    if (form && !list) fail('wrong_type', at(key), 'expected a list')
    packed(key, said)
  }

  const track = (event) => {
    if (careful) only(event, EVENT, path)
    const { signal, at: when, id, properties, automated } = event
    if (!careful) counted(event, 1 + (when !== undefined) + (id !== undefined) + (properties !== undefined) + (automated !== undefined))
    const { place, texts } = find(own.book[SIGNAL], SIGNAL, signal, 'signal')
    if (when === undefined) fail('missing_field', path, '`at` is missing')
    const happened = time(when, 'at')
    if (id !== undefined) typed('string', id, at('id'))
    if (automated !== undefined) typed('boolean', automated, at('automated'))
    begin(AN_EVENT, place, happened, automated, -1, 0)
    if (properties !== undefined) {
      if (careful) only(properties, null, at('properties'))
      let count = 0
      for (const name in properties) {
        const key = careful && join('properties', name)
        const property = find(texts, PROPERTY, name, key, place)
        const value = properties[name]
        const start = end
        put(value, key, property.texts, OF_PROPERTY, place, property.place)
        if (Array.isArray(value)) {
          // No property is a list, whatever its parts.
          end = start
          numbers[head + 6] = count
          add(property.place, 0, 0, 0)
        }
        if (careful) done(wasm.take(own.lead, head, end, 0), at(key), value)
        count += 1
      }
      if (!careful) counted(properties, count)
    }
    if (id !== undefined) {
      const length = write(id)
      numbers[head + 4] = length
      end += Math.ceil(length / 8)
    }
    packed('id', id)
  }

  const enter = (stage) => {
    if (careful) only(stage, ['name', 'since'], path)
    const { name, since } = stage
    if (!careful) counted(stage, 1 + (since !== undefined))
    const { place } = find(own.book[STAGE], STAGE, name, 'name')
    begin(A_STAGE, place, since === undefined ? NaN : time(since, 'since'), 0, 0, 0)
    packed()
  }

  /** Adds evidence to a lead of which nothing is known. */
  const fill = (evidence) => {
    const each = (list, whole, how) => {
      const { length } = list
      for (let place = 0; place < length; place += 1) {
        if (careful) path = `${whole}/${place}`
        how(list[place])
      }
    }
    if (careful) only(evidence, ['id', 'stage', 'facts', 'events', 'as_of'], '')
    const { id, stage, facts, events } = evidence
    if (!careful) counted(evidence, (id !== undefined) + (stage !== undefined) + (facts !== undefined) + (events !== undefined))
    // The id itself is not needed.
    if (id !== undefined) write(typed('string', id, '/id'))
    if (stage !== undefined) {
      path = '/stage'
      enter(stage)
    }
    if (Array.isArray(facts)) each(facts, '/facts', learn)
    else if (facts !== undefined) {
      if (careful) only(facts, null, '/facts')
      let count = 0
      for (const name in facts) {
        if (careful) path = join('/facts', name)
        learn(facts[name], name)
        count += 1
      }
      if (!careful) counted(facts, count)
    }
    if (events !== undefined) {
      if (!Array.isArray(events)) fail('wrong_type', '/events', 'expected a list')
      each(events, '/events', track)
    }
  }

  /** Acts on an input. While it is read it may call again: then that comes behind what is packed already. */
  const act = (whose, input, how, copied) => {
    const before = { own, careful, path, base, head, size }
    own = whose
    careful = copied
    path = ''
    base = end
    size = 0
    try {
      how(input)
      hand()
    } finally {
      // What was not handed over leaves no texts behind.
      if (end > base) wasm.take(own.lead, end, end, 1)
      end = base;
      ({ own, careful, path, base, head, size } = before)
    }
  }

  /** The same on an input as it is: `false` where anything about it is not quite as usual. Then one fact, event or stage has changed nothing. */
  const quick = (whose, input, how) => {
    try {
      for (const key in Object.prototype) return false
      act(whose, input, how, false)
      return true
    } catch {
      return false
    }
  }

  /** The same on a copy that was looked at with care. */
  const slow = (whose, input, how) => act(whose, plain(input), how, true)

  const either = (whose, input, how) => quick(whose, input, how) || slow(whose, input, how)

  const decide = (own, asOf, explained) => {
    const length = wasm.decide(own.lead, instant(asOf, '/as_of'), explained)
    return length ? read(length) : done(10)
  }

  /** Begins a lead anew. */
  const clear = (own) => {
    const { lead } = own
    if (lead < 0) done(10)
    if (wasm.clear) return wasm.clear(lead)
    own.lead = wasm.open(lead)
    wasm.close(lead)
  }

  /** A lead of which nothing is known, by the playbook of another. */
  const another = ({ lead, book }) => ({ lead: wasm.open(lead), book })

  class Playbook {
    #own
    /** `personal`: the names of attributes, one a line. */
    constructor(lead, personal) {
      this.#own = { lead, book: KINDS.map(() => new Map()) }
      kept.register(this, this.#own)
      const { playbook: name, version, digest } = JSON.parse(read(wasm.about(lead)))
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
      // Its own lead will do, unless what is read asks this playbook too.
      const mine = this.#own
      const lead = mine.busy ? another(mine) : mine
      lead.busy = true
      try {
        if (!quick(lead, evidence, fill)) {
          if (whole) return whole(lead.lead, evidence, instant(asOf, '/as_of'), explained)
          clear(lead)
          slow(lead, evidence, fill)
        }
        return decide(lead, asOf, explained)
      } finally {
        lead.busy = false
        if (lead === mine) clear(lead)
        else wasm.close(lead.lead)
      }
    }
  }

  class Session {
    #own
    constructor(own) {
      this.#own = own
      kept.register(this, own, this)
    }

    learn(fact) {
      either(this.#own, fact, learn)
      return this
    }

    track(event) {
      either(this.#own, event, track)
      return this
    }

    enter(stage) {
      either(this.#own, stage, enter)
      return this
    }

    /** Puts other evidence in place of what is known; on a problem nothing is known. */
    load(evidence) {
      if (quick(this.clear().#own, evidence, fill)) return this
      try {
        slow(this.clear().#own, evidence, fill)
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

  return { Playbook, Session, bytes, read }
}
