//# allFunctionsCalledOnLoad
// Playbook and Session over the module: names and texts become numbers once, stages, facts and events cross the border packed.
import { LONE_SURROGATE, fail, instant, join, only, plain, typed } from './border.js'
import {
  ASSERTER, ATTRIBUTE, EVENT_KEYS, EVIDENCE_KEYS, FACT_KEYS, FORMS, PROPERTY, SIGNAL, SOURCE, STAGE, STAGE_KEYS, decimal, done, known, leads,
} from './leads.js'

// Values, where what has a place in a playbook is numbered.
const OF_ATTRIBUTE = 6
const OF_PROPERTY = 7
/** What is packed, where it is not a fact of one of the forms. */
const AN_EVENT = 4
const A_STAGE = 5

/** What is longer may be too long; no more of it is needed than shows it. */
const TEXT_UNITS = 4_000
const SHOWN_UNITS = 8_001
/** Slots for what is packed; it is handed over when half of them are used. */
const SLOTS = 8_192
/** Lists that are longer, and evidence that takes more, may be too large for some. */
const LIST = 1_000
const LARGE = 2_400_000
/** So many values that are texts the module keeps. */
const KNOWN = 4_096

/** `wasm` holds what the module exports, once it is loaded; `whole` decides on evidence that needs care, where the module can. */
export const engine = (wasm, whole) => leads(wasm, ({ read, decide, another }) => {
  const encoder = new TextEncoder()

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
    known(found.place, what, name, at(key))
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
      else add(b, 2, ...decimal(value))
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
    if (careful && !bare) only(fact, FACT_KEYS, path)
    const { attribute, value, range, any_of, source, by, at: since, default: untouched } = bare ? { value: fact } : fact
    const forms = (value !== undefined) + (range !== undefined) + (any_of !== undefined)
    if (!careful && !bare) {
      counted(fact, forms + (attribute !== undefined) + (source !== undefined) + (by !== undefined) + (since !== undefined) + (untouched !== undefined))
      if (name !== undefined && attribute !== undefined) fail()
    }
    const { names } = own
    const { place, texts } = find(names[ATTRIBUTE], ATTRIBUTE, name ?? attribute, 'attribute')
    if (forms !== 1) fail('conflict', path, 'expected one of `value`, `range` and `any_of`')
    if (untouched !== undefined) typed('boolean', untouched, at('default'))
    const from = find(names[SOURCE], SOURCE, source === undefined ? 'visitor' : source, 'source')
    const asserter = by === undefined ? -1 : find(names[ASSERTER], ASSERTER, by, 'by').place
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
    if (careful) only(event, EVENT_KEYS, path)
    const { signal, at: when, id, properties, automated } = event
    if (!careful) counted(event, 1 + (when !== undefined) + (id !== undefined) + (properties !== undefined) + (automated !== undefined))
    const { place, texts } = find(own.names[SIGNAL], SIGNAL, signal, 'signal')
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
    if (careful) only(stage, STAGE_KEYS, path)
    const { name, since } = stage
    if (!careful) counted(stage, 1 + (since !== undefined))
    const { place } = find(own.names[STAGE], STAGE, name, 'name')
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
    if (careful) only(evidence, EVIDENCE_KEYS, '')
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

  let acting = false
  /** Acts on an input. While it is read it may call again: then that comes behind what is packed already. */
  const act = (whose, input, how, copied) => {
    const before = acting && { own, careful, path, base, head, size }
    acting = true
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
      end = base
      if (before) ({ own, careful, path, base, head, size } = before)
      else acting = false
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

  /** Begins a lead anew. */
  const clear = (own) => {
    const { lead } = own
    if (lead < 0) done(10)
    if (wasm.clear) return wasm.clear(lead)
    own.lead = wasm.open(lead)
    wasm.close(lead)
  }

  /** Acts on an input as it is where that goes, else on a copy; between the two `again` undoes what was done. */
  const on = (act, again) => (own, input) => {
    if (quick(own, input, act)) return
    again?.(own)
    slow(own, input, act)
  }

  const decided = (mine, evidence, asOf, explained) => {
    // Its own lead will do, unless what is read asks this playbook too.
    const own = mine.busy ? another(mine) : mine
    own.busy = true
    try {
      if (!quick(own, evidence, fill)) {
        if (whole) return whole(own.lead, evidence, instant(asOf, '/as_of'), explained)
        clear(own)
        slow(own, evidence, fill)
      }
      return decide(own, asOf, explained)
    } finally {
      own.busy = false
      if (own === mine) clear(own)
      else wasm.close(own.lead)
    }
  }

  const about = ({ lead }) => read(wasm.about(lead))
  const names = () => Array.from({ length: OF_ATTRIBUTE }, () => new Map())
  return { about, names, learn: on(learn), track: on(track), enter: on(enter), fill: on(fill, clear), clear, decided }
})
