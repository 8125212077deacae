// Many leads in one call.
import { LONE_SURROGATE, LeadstageError, expected, fail, instant, join, only, plain, typed } from './border.js'

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

/** The kinds of arrays that are taken. */
const TAKEN = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float64Array]
/** The kinds of arrays of answers, by the numbers that the module has for them. */
const ANSWERS = [Int8Array, Int16Array, Uint32Array, Float64Array]
const kindOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array).prototype, Symbol.toStringTag).get
const TABLE_BYTES = 128 << 20
/** Where arrays may stand: those of whole numbers, and others. */
const WHOLE_KEYS = ['codes', 'known', 'default', 'offsets', 'automated']
const ARRAY_KEYS = [...WHOLE_KEYS, 'numbers', 'at', 'as_of', 'since']
const ENTRIES = 10_000
/** From here on millionths are no whole numbers of their own. */
const WIDE = 9e9

/** Writes numbers in millionths; halves, as they are written, are rounded away from zero. */
function putMillionths(numbers, made) {
  for (let place = 0; place < numbers.length; place += 1) {
    const value = numbers[place]
    const found = Math.round(value * 1e6)
    // A decimal of so few digits is the one that is written.
    if (found / 1e6 === value && found < 1e15 && found > -1e15) made[place] = found
    else made[place] = Number.isFinite(value) ? Math.trunc(value) * 1e6 + written(value) : value
  }
}

/** Writes whole ones, and after all of them the millionths. */
function putPairs(numbers, made) {
  numbers.forEach((value, place) => {
    made[place] = Math.trunc(value)
    made[numbers.length + place] = Number.isFinite(value) ? written(value) : 0
  })
}

/** The millionths of a number's fraction, as it is written. */
function written(value) {
  const size = Math.abs(value)
  if (size < 1e-6) return size < 5e-7 ? 0 : Math.sign(value)
  const fraction = String(size).split('.')[1] ?? ''
  return size > 1e20 ? 0 : Math.sign(value) * (Number(fraction.slice(0, 6).padEnd(6, '0')) + (fraction[6] >= 5))
}

const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array).prototype, 'length').get
/** How an array goes over the border: the number of its form, the kind of what is written, how many of them an entry takes, and how they are written. */
const PLAIN = [0, Int32Array, 1]
const FLOATS = [1, Float64Array, 1]
const MILLIONTHS = [1, Float64Array, 1, putMillionths]
const PAIRS = [2, Float64Array, 2, putPairs]

function formOf(value, key, path) {
  const name = kindOf.call(value)
  const Kind = TAKEN.find((kind) => kind.name === name)
  const whole = WHOLE_KEYS.includes(key)
  if (!Kind || Kind === Float64Array && whole) expected(whole ? 'an array of whole numbers' : 'an array of another kind', value, path)
  if (whole) return PLAIN
  if (key !== 'numbers') return FLOATS
  if (Kind !== Float64Array && Kind !== Uint32Array) return PLAIN
  for (let place = 0, length = lengthOf.call(value); place < length; place += 1) if (value[place] > WIDE || value[place] < -WIDE) return PAIRS
  return MILLIONTHS
}

/** A table as it goes over the border: as text, and its arrays, each from a multiple of eight on. */
function described(table) {
  const arrays = []
  let end = 0
  let left = ENTRIES
  const walk = (value, path, key, depth) => {
    if (ArrayBuffer.isView(value)) {
      if (!ARRAY_KEYS.includes(key) || kindOf.call(value) === undefined) expected('no array here', value, path)
      const [form, Made, width, put] = formOf(value, key, path)
      const length = lengthOf.call(value)
      const at = end
      end += Math.ceil(length * width * Made.BYTES_PER_ELEMENT / 8) * 8
      if (end > TABLE_BYTES) fail('too_large', path, `the arrays take more than ${TABLE_BYTES} bytes`, 'give fewer rows at a time')
      arrays.push((memory, start) => {
        const made = new Made(memory, start + at, length * width)
        // A copy of its own, so that it stays as long as it was.
        if (put) put(new Float64Array(value), made)
        else made.set(value)
      })
      return [form, length, at]
    }
    if (value === null || typeof value !== 'object' || depth > 5 || key === 'values' || key === 'signals' && depth === 2) {
      const made = plain(value, path)
      if (ARRAY_KEYS.includes(key) && made !== null && typeof made === 'object') expected('a typed array', made, path)
      return made
    }
    if (Array.isArray(value)) {
      if (key !== 'facts' && key !== 'stage') return ARRAY_KEYS.includes(key) ? expected('a typed array', value, path) : plain(value, path)
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

/** `whole` is the module with everything; `other` gives what the one for many leads exports, which is made to be fast and not to be small. */
export function batch(whole, other) {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  let wasm
  const room = (module, length) => {
    const start = module.room(length)
    return new Uint8Array(module.memory.buffer, start, length)
  }
  const bytes = (length) => room(wasm, length)
  const kept = new FinalizationRegistry((lead) => wasm.close(lead))

  /** Gives the lead by whose playbook is decided, once that is asked for. */
  const leadOf = (playbook, own) => {
    let lead
    return () => {
      if (lead === undefined) {
        wasm ??= other()
        if (!wasm.table) {
          wasm = undefined
          fail('unavailable', '', 'the module for many leads is not loaded', 'await `loadBatch()` first')
        }
        if (wasm === whole) lead = own
        else {
          const form = room(whole, whole.form(own)).slice()
          bytes(form.length).set(form)
          lead = wasm.load(form.length)
          kept.register(playbook, lead)
        }
      }
      return lead
    }
  }

  const chosen = (options, keys) => {
    const { asOf, explain = false } = only(plain(options), keys, '')
    return [asOf === undefined ? NaN : instant(asOf, '/asOf'), Date.now(), typed('boolean', explain, '/explain')]
  }

  /** `row`: so many were answered before. */
  const answered = (lead, lines, options, row = 0) => {
    const parts = []
    let [start, line] = [0, row]
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

  /** A row that is quite as usual is decided on as single leads are, by `single`; the answer, or nothing where it is not or has problems. */
  const usual = (row, place, [asOf, now, explain], single) => {
    try {
      const { as_of: at, ...evidence } = row
      const { id = place + 1 } = evidence
      const own = at ?? now
      if (id !== place + 1 && (typeof id !== 'string' || LONE_SURROGATE.test(id))) return
      if (at === null || !Number.isInteger(own) || Math.abs(own) > 8.64e15 || Object.getPrototypeOf(row) !== Object.prototype) return
      return { id, decision: JSON.parse(single(evidence, Number.isNaN(asOf) ? own : asOf, explain)) }
    } catch {}
  }

  /** Answers a list of plain objects. */
  const rows = (lead, list, options, single) => {
    const settings = chosen(options, ['asOf', 'explain'])
    return gathered(list, (row, place) => {
      const found = single && usual(row, place, settings, single)
      if (found) return found
      let [written, problems] = ['0']
      try {
        written = JSON.stringify(plain(row))
      } catch (error) {
        if (!(error instanceof LeadstageError)) throw error
        problems = error.problems
      }
      const answer = JSON.parse(decoder.decode(answered(lead, encoder.encode(written), settings, place)))
      for (const problem of answer.problems ?? []) {
        delete problem.line
        delete problem.column
      }
      if (problems) answer.problems = problems
      return answer
    })
  }

  /** Answers a table of columns with columns. */
  const columns = (lead, table, options) => {
    const [asOf, now] = chosen(options, ['asOf'])
    const { text, arrays, end } = described(table)
    const written = encoder.encode(text)
    const buffer = bytes(written.length + 8 + end)
    buffer.set(written)
    // In memory, arrays start at multiples of eight.
    const start = Math.ceil((buffer.byteOffset + written.length) / 8) * 8 - buffer.byteOffset
    try {
      for (const put of arrays) put(buffer.buffer, buffer.byteOffset + start)
    } catch {
      fail('wrong_type', '', 'expected arrays that stay as they are')
    }
    const length = wasm.table(lead, written.length, start, start + end, asOf, now)
    if (length < 0) throw new LeadstageError(JSON.parse(decoder.decode(bytes(~length))))
    const { buffer: answer } = bytes(length).slice()
    const size = new DataView(answer).getUint32(0, true)
    const names = JSON.parse(decoder.decode(new Uint8Array(answer, length - size)))
    return laid(names, names.rows, answer)
  }
  return { leadOf, lines, rows, columns }
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
  if (Array.isArray(part)) return typeof part[0] === 'number' ? new ANSWERS[part[0]](answer, 8 + part[1], rows) : part
  if (part === null || typeof part !== 'object') return part
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, laid(inner, rows, answer)]))
}
