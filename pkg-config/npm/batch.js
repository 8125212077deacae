// Many leads in one call.
import { LeadstageError, expected, fail, instant, join, only, plain, typed } from './border.js'

/** About so many bytes of lines go over the border at a time. */
const CHUNK = 1 << 20
/** Lines with more bytes are too long, whatever follows. */
const LINE = 16 << 20

/** A copy of bytes that nobody changes meanwhile. */
const copied = (bytes) => {
  try {
    if (bytes instanceof Uint8Array) return new Uint8Array(bytes)
  } catch {}
  return expected('a text, or bytes as a Uint8Array', bytes, '')
}

const joined = (parts) => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.length
  }
  return whole
}

/** The kinds of arrays, by the numbers that the module has for them. */
const ARRAYS = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float64Array]
const MICRO = 7
const { prototype: anyArray } = Object.getPrototypeOf(Uint8Array)
const kindOf = Object.getOwnPropertyDescriptor(anyArray, Symbol.toStringTag).get
const TABLE_BYTES = 128 << 20
/** Where arrays may stand. */
const ARRAY_KEYS = ['as_of', 'codes', 'numbers', 'known', 'at', 'default', 'since', 'offsets', 'automated']
const ENTRIES = 10_000

/** Whole ones, and after them millionths, of numbers of which some have fractions; halves, as they are written, are rounded away from zero. */
function micro(numbers) {
  const { length } = numbers
  const parts = new Float64Array(2 * length)
  for (let place = 0; place < length; place += 1) {
    const value = numbers[place]
    const whole = Math.trunc(value)
    let millionths = Math.round(value * 1e6)
    // A decimal of so few digits is the one that is written.
    if (Math.abs(millionths) < 1e15 && millionths / 1e6 === value) millionths -= whole * 1e6
    else millionths = whole === value || !Number.isFinite(value) ? 0 : written(value)
    parts[place] = whole
    parts[length + place] = millionths
  }
  return parts
}

/** The millionths of a number's fraction, as it is written. */
function written(value) {
  const size = Math.abs(value)
  if (size < 1e-6) return size < 5e-7 ? 0 : Math.sign(value)
  const fraction = String(size).split('.')[1] ?? ''
  return Math.sign(value) * (Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= 5))
}

/** A copy of an array that nobody changes meanwhile, and the number of its kind. */
function array(value, key, path) {
  const kind = ARRAYS.findIndex(({ name }) => name === kindOf.call(value))
  if (kind < 0 || kind === 6 && key === 'codes') expected(`an array of ${key === 'codes' ? 'whole numbers' : 'a kind that is taken'}`, value, path)
  const made = new ARRAYS[kind](value)
  if (kind < 6 || key !== 'numbers' || made.every((number) => Number.isInteger(number) && Math.abs(number) <= 9e12)) return { kind, made, length: made.length }
  return { kind: MICRO, made: micro(made), length: made.length }
}

/** A table as it goes over the border: as text, and its arrays, each from a multiple of eight on. */
function described(table) {
  const arrays = []
  let end = 0
  let left = ENTRIES
  const walk = (value, path, key, depth) => {
    if (ArrayBuffer.isView(value)) {
      if (!ARRAY_KEYS.includes(key) || kindOf.call(value) === undefined) expected('no array here', value, path)
      const { kind, made, length } = array(value, key, path)
      const at = end
      end += Math.ceil(made.byteLength / 8) * 8
      if (end > TABLE_BYTES) fail('too_large', path, `the arrays take more than ${TABLE_BYTES} bytes`, 'give fewer rows at a time')
      arrays.push({ at, made })
      return [kind, length, at]
    }
    if (value === null || typeof value !== 'object' || depth > 5 || key === 'values' || key === 'signals' && depth === 2) {
      const made = plain(value, path)
      if (ARRAY_KEYS.includes(key) && made !== null && typeof made === 'object') expected('a typed array', made, path)
      return made
    }
    if (Array.isArray(value)) {
      if (key !== 'facts') return ARRAY_KEYS.includes(key) ? expected('a typed array', value, path) : plain(value, path)
      const list = []
      const { length } = value
      for (let place = 0; place < length; place += 1) {
        if ((left -= 1) < 0) fail('too_large', path, 'expected fewer entries')
        list.push(walk(value[place], join(path, place), '', depth + 1))
      }
      return list
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype) fail('wrong_type', path, 'expected a plain object')
    const object = Object.create(null)
    for (const name of Object.keys(value)) {
      if ((left -= 1) < 0) fail('too_large', path, 'expected fewer entries')
      const entry = value[name]
      // Names of attributes, signals and properties stand between keys that have a meaning.
      const named = depth === 1 && key === 'facts' || key === 'properties' || depth === 3 && path.startsWith('/events/properties/')
      if (entry !== undefined) object[plain(name, path)] = walk(entry, join(path, name), named ? '' : name, depth + 1)
    }
    return object
  }
  try {
    const text = JSON.stringify(walk(table, '', '', 0))
    return { text, arrays, end }
  } catch (error) {
    if (error instanceof LeadstageError) throw error
    return fail('wrong_type', '', 'expected plain data and typed arrays, found something that throws when it is read')
  }
}

export function batch({ wasm, bytes, sound }) {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()

  const chosen = (options, keys) => {
    const { asOf, explain = false } = only(plain(options), keys, '')
    return [asOf === undefined ? NaN : instant(asOf, '/asOf'), Date.now(), typed('boolean', explain, '/explain')]
  }

  const answered = (lead, lines, options) => {
    const parts = []
    let [start, line, row] = [0, 0, 0]
    while (start < lines.length) {
      let end = lines.length
      if (end - start > CHUNK) {
        end = lines.lastIndexOf(10, start + CHUNK - 1) + 1
        if (end <= start) end = lines.indexOf(10, start) + 1 || lines.length
      }
      // Of a line that is too long no more is needed than shows it.
      const sent = Math.min(end - start, LINE + 2)
      bytes(sent).set(lines.subarray(start, start + sent))
      const answer = bytes(wasm.lines(lead, sent, line, row, ...options)).slice()
      const numbers = new DataView(answer.buffer, answer.length - 12)
      start = sent < end - start ? end : start + numbers.getUint32(0, true)
      line = numbers.getUint32(4, true)
      row = numbers.getUint32(8, true)
      parts.push(answer.subarray(0, -12))
    }
    return joined(parts)
  }

  /** Answers lines of JSON with lines of JSON, of the same kind. */
  const lines = (lead, source, options) => {
    const settings = chosen(options, ['asOf', 'explain'])
    if (typeof source !== 'string') return answered(lead, copied(source), settings)
    return decoder.decode(answered(lead, encoder.encode(plain(source)), settings))
  }

  /** Answers a list of plain objects. */
  const rows = (lead, list, options) => {
    const settings = chosen(options, ['asOf', 'explain'])
    const problems = new Map()
    const written = gathered(list, (row, place) => {
      try {
        return JSON.stringify(plain(row))
      } catch (error) {
        if (!(error instanceof LeadstageError)) throw error
        problems.set(place, error.problems)
        return '0'
      }
    })
    const text = decoder.decode(answered(lead, encoder.encode(written.join('\n')), settings))
    const answers = text.split('\n', written.length).map((line) => JSON.parse(line))
    for (const [place, found] of problems) answers[place].problems = found
    return answers
  }

  /** Answers a table of columns with columns. */
  const columns = (lead, table, options) => {
    const [asOf, now] = chosen(options, ['asOf'])
    const { text, arrays, end } = described(table)
    const written = encoder.encode(text)
    const start = Math.ceil(written.length / 8) * 8
    const buffer = bytes(start + end)
    buffer.set(written)
    for (const { at, made } of arrays) buffer.set(new Uint8Array(made.buffer), start + at)
    const length = sound(wasm.table(lead, written.length, start, start + end, asOf, now))
    const { buffer: answer } = bytes(length).slice()
    const size = new DataView(answer).getUint32(0, true)
    const names = JSON.parse(decoder.decode(new Uint8Array(answer, length - size)))
    return laid(names, names.rows, answer)
  }
  return { lines, rows, columns }
}

/** What is made of each entry of a list, which may be anything. */
const gathered = (list, make) => {
  let length
  try {
    if (Array.isArray(list)) length = list.length
  } catch {}
  if (length === undefined) expected('a list', list, '')
  const made = []
  for (let place = 0; place < length; place += 1) {
    let entry
    try {
      entry = list[place]
    } catch {
      fail('wrong_type', `/${place}`, 'expected plain data, found something that throws when it is read')
    }
    made.push(make(entry, place))
  }
  return made
}

/** Columns in place of where they lie. */
const laid = (part, rows, answer) => {
  if (Array.isArray(part)) return typeof part[0] === 'number' ? new ARRAYS[part[0]](answer, 8 + part[1], rows) : part
  if (part === null || typeof part !== 'object') return part
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, laid(inner, rows, answer)]))
}
