//# allFunctionsCalledOnLoad
// What comes from JavaScript is looked at once, here: afterwards it is plain data.

/** Everything that is wrong with an input. */
export class LeadstageError extends Error {
  constructor(problems) {
    super(problems.map(({ message, path, help }) =>
      `${message}${path ? ` at ${path}` : ''}${help ? `; ${help}` : ''}`).join('\n'))
    this.name = 'LeadstageError'
    this.problems = problems
  }
}

const problem = (code, path, message, help = '') => ({ code, path, message, help })

export const fail = (...parts) => {
  throw new LeadstageError([problem(...parts)])
}

const DEPTH = 64
const PARTS = 2_000_000
export const LONE_SURROGATE = /\p{Cs}/u

/** A JSON Pointer one step further. */
export const join = (path, key) => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

export const shown = (text) => `\`${text.slice(0, 100)}\``

const found = (value) => {
  try {
    return `, found ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}`
  } catch {
    return ', found an object'
  }
}

/** Says what was expected of a value. */
export const expected = (what, value, path) =>
  fail(value === undefined ? 'missing_field' : 'wrong_type', path, `expected ${what}${found(value)}`)

/**
 * A copy made of null, booleans, finite numbers, well-formed strings, arrays and objects without prototype.
 * Dates become RFC 3339 text. Getters and proxies that throw, circles and everything else are problems.
 */
export function plain(input, path = '') {
  const problems = []
  const trail = []
  const around = new Set()
  let left = PARTS
  const add = (code, message) => {
    if (problems.length < 100) problems.push(problem(code, trail.reduce(join, path), `expected ${message}`))
  }
  const not = (message) => add('wrong_type', message)
  /** What can't go on. */
  const stop = (code, message) => {
    add(code, message)
    throw new LeadstageError(problems)
  }
  const step = (key, value) => {
    trail.push(key)
    const made = copy(value)
    trail.pop()
    return made
  }
  const copy = (value) => {
    if ((left -= 1) < 0) stop('too_large', 'less data')
    const type = typeof value
    if (type === 'string') {
      if (LONE_SURROGATE.test(value)) not('well-formed text, found half of a surrogate pair')
    } else if (type === 'number') {
      if (!Number.isFinite(value)) not(`a number, found ${value}`)
    } else if (type === 'object') {
      if (value === null) return value
      if (around.has(value)) return add('too_deep', 'plain data, found a circle')
      const depth = trail.length
      if (depth > DEPTH) stop('too_deep', 'fewer levels')
      around.add(value)
      try {
        return parts(value)
      } catch (error) {
        if (error instanceof LeadstageError) throw error
        trail.length = depth
        return not('plain data, found something that throws when it is read')
      } finally {
        around.delete(value)
      }
    } else if (type !== 'boolean') return not(`plain data, found a ${type}`)
    return value
  }
  const parts = (value) => {
    if (value instanceof Date) {
      const time = Date.prototype.getTime.call(value)
      return Number.isNaN(time) ? add('bad_time', 'a date, found an invalid one') : new Date(time).toISOString()
    }
    if (Array.isArray(value)) {
      const length = value.length
      if (length > left) stop('too_large', 'a shorter list')
      const list = []
      for (let place = 0; place < length; place += 1) list.push(step(place, value[place]))
      return list
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) return not('a plain object')
    const keys = Object.keys(value)
    if (keys.length > left) stop('too_large', 'a smaller object')
    const object = Object.create(null)
    for (const key of keys) {
      if (LONE_SURROGATE.test(key)) not('well-formed keys')
      const entry = value[key]
      if (entry !== undefined) object[key] = step(key, entry)
    }
    return object
  }
  const made = copy(input)
  if (problems.length) throw new LeadstageError(problems)
  return made
}

const RFC_3339 = /^(?!0000)(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-](?:[01]\d|2[0-3])):([0-5]\d))$/

/** Milliseconds since the epoch; throws or gives `NaN` for what the core would not take. */
const parse = (text) => {
  const [, date, time, fraction = '', hours = '+00', minutes = 0] = RFC_3339.exec(text)
  const at = Date.parse(`${date}T${time}Z`)
  // Some engines take the 30th of February.
  if (!new Date(at).toISOString().startsWith(`${date}T${time}`)) return NaN
  return at + Number(fraction.slice(0, 3).padEnd(3, '0')) - (hours * 60 + Number(hours[0] + minutes)) * 60_000
}

/** An instant in milliseconds, from a number, a Date or RFC 3339 text. */
export function instant(value, path) {
  let time = value
  try {
    if (typeof value === 'string') time = parse(value)
    else if (value instanceof Date) time = Date.prototype.getTime.call(value)
  } catch {
    time = NaN
  }
  if (!Number.isInteger(time) || Math.abs(time) > 8.64e15) fail('bad_time', path, `expected whole milliseconds, a Date or RFC 3339 text${found(value)}`)
  return time
}

/** Refuses what is not an object, and, where `keys` names those that have a meaning, other keys. */
export function only(object, keys, path) {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) expected('an object', object ?? null, path)
  if (keys) {
    for (const key in object) {
      if (!keys.includes(key)) fail('unknown_field', join(path, key.slice(0, 100)), `${shown(key)} has no meaning here`, `one of ${keys.join(', ')}`)
    }
  }
  return object
}

/** Refuses what is not of a type. */
export const typed = (type, value, path) => typeof value === type ? value : expected(type === 'string' ? 'a text' : 'true or false', value, path)
