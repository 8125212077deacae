// A playbook's text: from YAML to the JSON that the engine reads, and from the path of a problem back to its place.

import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseDocument, stringify } from 'yaml'

/** What the engine takes at most. */
const MOST = 4 << 20
const DEPTH = 64
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/
/** Of which the key is at fault, not the value. */
const OF_KEYS = new Set(['unknown_field', 'bad_name', 'duplicate_key', 'duplicate_name'])

class Unreadable extends Error {
  constructor(message, range, help = '', code = 'syntax') {
    super(message)
    Object.assign(this, { range, help, code })
  }
}

/** The text as it was read: `json` for the engine, or the problems that keep it from being read. */
export function read(text, format) {
  const lines = new LineCounter()
  const tree = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2', schema: 'core', merge: false })
  const source = { text, format, tree, lines, json: null, problems: [] }
  // JSON has a stricter reader: the engine's own.
  if (format === 'json') return { ...source, json: text }
  if (tree.errors.length > 0) {
    source.problems = tree.errors.slice(0, 20).map(({ message, pos: [from, to] }) => ({ code: 'syntax', path: '', message: lower(message), help: '', from, to: Math.max(to, from + 1) }))
    return source
  }
  try {
    source.json = toJson(tree)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const [from, to] = error.range ?? [0, 1]
    source.problems = [{ code: error.code, path: '', message: error.message, help: error.help, from, to }]
  }
  return source
}

const lower = (message) => (/^[A-Z][a-z]/.test(message) ? message[0].toLowerCase() + message.slice(1) : message)

/** YAML's core schema as JSON text; keys that are there twice stay so, for the engine to refuse. */
function toJson(tree) {
  let left = MOST
  const write = (part) => {
    if ((left -= part.length) < 0) throw new Unreadable(`the playbook written out is larger than ${MOST} bytes`, null, '', 'too_large')
    return part
  }
  const within = new Set()
  const value = (node, depth) => {
    if (depth > DEPTH) throw new Unreadable(`more than ${DEPTH} lists and objects lie in each other`, node.range, '', 'too_deep')
    if (isAlias(node)) {
      const target = node.resolve(tree)
      if (!target || within.has(target)) throw new Unreadable('an alias stands inside of what it refers to', node.range)
      return value(target, depth)
    }
    if (node?.tag) throw new Unreadable('tags (`!`) are not supported', node.range, 'leave the tag out; put texts into quotes')
    if (isScalar(node)) return write(scalar(node))
    if (!isMap(node) && !isSeq(node)) return write('null')
    within.add(node)
    const parts = isSeq(node)
      ? node.items.map((item) => value(item, depth + 1))
      : node.items.map((pair) => `${write(JSON.stringify(key(pair.key, tree)))}:${value(pair.value, depth + 1)}`)
    within.delete(node)
    return isSeq(node) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
  }
  return value(tree.contents, 1)
}

function scalar({ value, source = '' }) {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'number') return JSON.stringify(value ?? null)
  // As it was written, so that no digit is lost.
  if (JSON_NUMBER.test(source)) return source
  return Number.isFinite(value) ? JSON.stringify(value) : '1e999'
}

function key(node, tree) {
  const named = isAlias(node) ? node.resolve(tree) : node
  if (named === null || isScalar(named)) return named?.type === 'PLAIN' ? (named.source ?? '') : String(named?.value ?? '')
  throw new Unreadable('a key must be a text, not a list or an object', named?.range)
}

/** A document as plain data; of a broken text, as much as can be made out. */
export function data({ tree }) {
  try {
    return tree.toJS({ maxAliasCount: 100 })
  } catch {
    return null
  }
}

/** Where a problem stands: its range in the text. */
export function place(source, { code, path, message, line, column }) {
  const { text, format, tree, lines } = source
  const steps = path.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  let node = tree.contents
  let named = null
  for (const [depth, step] of steps.entries()) {
    if (isAlias(node)) node = node.resolve(tree)
    if (isMap(node)) {
      const same = node.items.filter((pair) => isPair(pair) && key(pair.key, tree) === step)
      const last = depth === steps.length - 1
      const pair = code === 'duplicate_key' && last ? (same[1] ?? same[0]) : same[0]
      if (!pair) break
      named = pair.key
      node = pair.value
    } else if (isSeq(node) && node.items[step] !== undefined) {
      node = node.items[step]
      named = null
    } else break
  }
  // What is no JSON may be YAML; only the engine's own reader knows where it ends to be.
  if (format === 'json' && code === 'syntax' && line !== undefined) return clamp(text, start(text, lines, line, column), Infinity)
  if (named?.range && (OF_KEYS.has(code) || message.startsWith(`\`${steps.at(-1)}\``) || !isScalar(node) || node.value === null)) return [named.range[0], named.range[1]]
  if (!node?.range) return clamp(text, 0, Infinity)
  return clamp(text, node.range[0], node.range[1])
}

const start = (text, lines, line, column) => Math.min(text.length, (lines.lineStarts[line - 1] ?? 0) + (column ?? 1) - 1)

/** Of a place that goes over several lines, the first. */
function clamp(text, from, to) {
  const end = text.indexOf('\n', from)
  const until = Math.min(to, end < 0 ? text.length : end)
  return [Math.min(from, text.length), Math.max(until, Math.min(from + 1, text.length))]
}

/** The same playbook in the other format. Comments are lost on the way to JSON, which has none. */
export function convert(text, from, to) {
  const source = read(text, from)
  const wrong = source.problems[0] ?? source.tree.errors[0]
  if (wrong) throw new Error(wrong.message)
  const written = source.tree.toJS({ maxAliasCount: 100 })
  if (to === 'json') return `${JSON.stringify(written, null, 2)}\n`
  return stringify(written, { lineWidth: 110, flowCollectionPadding: true, singleQuote: false }, { version: '1.2' })
}

