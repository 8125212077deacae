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
 * Dates become RFC 3339 text. Getters and proxies that throw, circles and everything else are problems.
 */
export function plain(input, path = '') {
  const problems = []
  const trail = []
  const around = new Set()
  let left = PARTS
  const add = (code, message) => {
    if (problems.length < 100) problems.push(problem(code, trail.reduce(join, path), message))
  }
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
    if ((left -= 1) < 0) stop('too_large', 'expected less data')
    switch (typeof value) {
      case 'boolean':
        return value
      case 'string':
        if (LONE_SURROGATE.test(value)) add('wrong_type', 'expected well-formed text, found half of a surrogate pair')
        return value
      case 'number':
        if (!Number.isFinite(value)) add('wrong_type', `expected a number, found ${value}`)
        return value
      case 'object': {
        if (value === null) return null
        if (around.has(value)) return void add('too_deep', 'expected plain data, found a circle')
        if (trail.length > DEPTH) stop('too_deep', 'expected fewer levels')
        const depth = trail.length
        around.add(value)
        try {
          return parts(value)
        } catch (error) {
          if (error instanceof LeadstageError) throw error
          trail.length = depth
          return void add('wrong_type', 'expected plain data, found something that throws when it is read')
        } finally {
          around.delete(value)
        }
      }
      default:
        return void add('wrong_type', `expected plain data, found a ${typeof value}`)
    }
  }
  const parts = (value) => {
    if (value instanceof Date) {
      const time = Date.prototype.getTime.call(value)
      if (Number.isNaN(time)) return void add('bad_time', 'expected a date, found an invalid one')
      return new Date(time).toISOString()
    }
    if (Array.isArray(value)) {
      const length = value.length
      if (length > left) stop('too_large', 'expected a shorter list')
      const list = []
      for (let place = 0; place < length; place += 1) list.push(step(place, value[place]))
      return list
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
      return void add('wrong_type', 'expected a plain object')
    }
    const keys = Object.keys(value)
    if (keys.length > left) stop('too_large', 'expected a smaller object')
    const object = Object.create(null)
    for (const key of keys) {
      if (LONE_SURROGATE.test(key)) add('wrong_type', 'expected well-formed keys')
      const entry = value[key]
      if (entry !== undefined) object[key] = step(key, entry)
    }
    return object
  }
  const made = copy(input)
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
