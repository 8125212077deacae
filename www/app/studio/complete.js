// Completion and the words under the pointer: from the JSON Schema of playbooks, and from the names that the playbook declares.

import { cursor } from './cursor.js'
import { about, keyNames, valueNames } from './names.js'

const RAW = /^(true|false|-?\d+(\.\d+)?)$/
const NEEDS_QUOTES = /^[\s#&*!|>'"%@`{}[\],?:-]|: | #|^$|^(null|~|yes|no|\d[\d.]*)$/i
const quoted = (value, format) => {
  if (typeof value !== 'string') return String(value)
  if (format === 'json') return RAW.test(value) && !/^\d/.test(value) ? value : JSON.stringify(value)
  return NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value
}

/** What may be written at a place: `{ from, options }`, or null. `book` is the document as far as it can be read. */
export function completions(schema, book, text, pos, format) {
  const at = cursor(text, pos, format)
  if (!at) return null
  const options = at.isKey ? keyOptions(schema, book, at, format) : valueOptions(schema, book, at, format)
  // In the order of the schema and of the playbook, not of the alphabet.
  return options.length ? { from: at.from, options: options.map((option, place) => ({ ...option, boost: Math.max(-99, (option.boost ?? 0) - place / 10) })) } : null
}

function keyOptions(schema, book, at, format) {
  const options = []
  if (schema.takesObject(at.path)) options.push(...keys(schema, book, at, at.path, '', format))
  if (at.bare && schema.takesList(at.path)) {
    const item = [...at.path, 0]
    options.push(...keys(schema, book, { ...at, before: [], path: item }, item, '- ', format))
    options.push(...valueOptions(schema, book, { ...at, path: item }, format).map((option) => ({ ...option, apply: `- ${option.apply}` })))
  }
  // A line of its own that is further in may be a value just as well.
  if (at.bare && !options.length) options.push(...valueOptions(schema, book, at, format))
  return options
}

function keys(schema, book, at, path, dash, format) {
  const indent = ' '.repeat((at.column ?? 0) + dash.length + 2)
  const apply = (name, nests) => {
    if (format === 'json') return `${JSON.stringify(name)}: `
    if (at.flow || !nests) return `${dash}${name}: `
    return `${dash}${name}:\n${indent}${nests === 'list' ? '- ' : ''}`
  }
  const written = schema.keys(path).filter(({ name }) => !at.before.includes(name))
  const named = keyNames(book, schema.tags(path), at)
  return [
    ...named.map((name) => ({ label: name, apply: apply(name, ''), type: 'variable', boost: 10, ...told(book, name) })),
    ...written.map(({ name, description, required, kind, nests }) => ({
      label: name, apply: apply(name, nests), type: 'property', boost: required ? 20 : 0, detail: required ? 'required' : undefined, info: [description, kind],
    })),
  ]
}

function valueOptions(schema, book, at, format) {
  const found = new Map()
  for (const value of schema.values(at.path)) found.set(String(value), { label: String(value), apply: quoted(value, format), type: 'enum' })
  for (const name of valueNames(book, schema.tags(at.path), at)) {
    found.set(name, { label: name, apply: RAW.test(name) && !/^\d/.test(name) ? name : quoted(name, format), type: 'variable', ...told(book, name) })
  }
  return [...found.values()]
}

function told(book, name) {
  const known = about(book, name)
  if (!known) return {}
  return { detail: known.detail, info: [known.label, known.more] }
}

/** What the word at a place means: `{ from, to, title, lines }`, or null. */
export function meaning(schema, book, text, pos, format) {
  const word = /[\w.-]/
  let from = pos
  let to = pos
  while (from > 0 && word.test(text[from - 1])) from -= 1
  while (to < text.length && word.test(text[to])) to += 1
  if (from === to) return null
  const at = cursor(text, to, format)
  if (!at) return null
  const name = text.slice(from, to)
  const known = about(book, name)
  const path = at.isKey ? [...at.path, name] : at.path
  const said = schema.about(path)
  if (!said && !known) return null
  const lines = known ? [known.label, known.detail, known.more] : []
  if (said && (at.isKey || !known)) lines.push(said.description, said.kind)
  return { from, to, title: at.isKey || known ? name : String(path.findLast((step) => typeof step === 'string') ?? name), lines: lines.filter(Boolean) }
}
