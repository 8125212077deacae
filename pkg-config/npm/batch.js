// Many leads in one call.
import { LeadstageError, expected, fail, instant, only, plain, typed } from './border.js'

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

export function batch({ wasm, bytes }) {
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
  return { lines, rows }
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
