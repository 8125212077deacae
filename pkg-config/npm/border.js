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

export const problem = (code, path, message, help = '') => ({ code, path, message, help })

export const fail = (...parts) => {
  throw new LeadstageError([problem(...parts)])
}

const DEPTH = 64
const PARTS = 2_000_000
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** A JSON Pointer one step further. */
export const join = (path, key) => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

const name = (value) => {
  try {
    return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
  } catch {
    return 'an object'
  }
}

/**
 * A copy made of null, booleans, finite numbers, well-formed strings, arrays and objects without prototype.
 * Dates become RFC 3339 text. Getters and proxies that throw, cycles and everything else are problems.
 */
export function plain(input, path = '') {
  const problems = []
  let left = PARTS
  const add = (...parts) => {
    if (problems.length < 100) problems.push(problem(...parts))
  }
  const copy = (value, at, depth) => {
    if ((left -= 1) < 0) return void add('too_large', at, 'expected less data')
    switch (typeof value) {
      case 'boolean':
        return value
      case 'string':
        if (LONE_SURROGATE.test(value)) add('wrong_type', at, 'expected well-formed text, found half of a surrogate pair')
        return value
      case 'number':
        if (!Number.isFinite(value)) add('wrong_type', at, `expected a number, found ${value}`)
        return value
      case 'object':
        if (value === null) return null
        if (depth > DEPTH) return void add('too_deep', at, 'expected fewer levels; is it a circle?')
        try {
          return parts(value, at, depth)
        } catch (error) {
          if (error instanceof RangeError && left >= 0) return void add('too_deep', at, 'expected fewer levels')
          return void add('wrong_type', at, 'expected plain data, found something that throws when it is read')
        }
      default:
        return void add('wrong_type', at, `expected plain data, found a ${typeof value}`)
    }
  }
  const parts = (value, at, depth) => {
    if (value instanceof Date) {
      const time = Date.prototype.getTime.call(value)
      if (Number.isNaN(time)) return void add('bad_time', at, 'expected a date, found an invalid one')
      return new Date(time).toISOString()
    }
    if (Array.isArray(value)) {
      const length = value.length
      if (length > left) return void add('too_large', at, 'expected a shorter list')
      const list = []
      for (let place = 0; place < length && left >= 0; place += 1) list.push(copy(value[place], join(at, place), depth + 1))
      return list
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
      return void add('wrong_type', at, 'expected a plain object')
    }
    const object = Object.create(null)
    for (const key of Object.keys(value)) {
      if (left < 0) break
      if (LONE_SURROGATE.test(key)) add('wrong_type', at, 'expected well-formed keys')
      const entry = value[key]
      if (entry !== undefined) object[key] = copy(entry, join(at, key), depth + 1)
    }
    return object
  }
  const made = copy(input, path, 0)
  if (problems.length) throw new LeadstageError(problems)
  return made
}

/** An instant in milliseconds, from a number, a Date or RFC 3339 text. */
export function instant(value, path, parse) {
  let time = NaN
  try {
    if (typeof value === 'number') time = value
    else if (typeof value === 'string') time = parse(value)
    else if (value instanceof Date) time = Date.prototype.getTime.call(value)
  } catch {
    // Reported below.
  }
  if (!Number.isInteger(time) || Math.abs(time) > 8.64e15) {
    fail('bad_time', path, `expected whole milliseconds, a Date or RFC 3339 text, found ${name(value)}`)
  }
  return time
}

/** Refuses what is not an object, and, where `keys` names those that have a meaning, other keys. */
export function only(object, keys, path) {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) {
    fail('wrong_type', path, `expected an object, found ${name(object)}`)
  }
  for (const key in object) {
    if (!keys) break
    if (!keys.includes(key)) fail('unknown_field', join(path, key.slice(0, 100)), `\`${key.slice(0, 100)}\` has no meaning here`, `one of ${keys.join(', ')}`)
  }
  return object
}

export function string(value, path) {
  return typeof value === 'string' ? value : fail(value === undefined ? 'missing_field' : 'wrong_type', path, `expected a text, found ${name(value)}`)
}
