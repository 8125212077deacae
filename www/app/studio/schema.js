// What the JSON Schema of playbooks says about a path: which keys and values may stand there, and what they mean.

/** Reads a schema once; the paths are those of a document: keys and places in lists. */
export class Schema {
  constructor(root) {
    this.root = root
  }

  /** All shapes that may stand at a path, each with the names of its way there (`Definition.key`). */
  at(path) {
    let shapes = this.#open({ node: this.root, tag: null })
    for (const step of path) shapes = shapes.flatMap((shape) => this.#step(shape, step))
    return shapes
  }

  #open({ node, tag, description = node?.description }) {
    if (!node) return []
    if (node.$ref) {
      const name = node.$ref.split('/').at(-1)
      return this.#open({ node: this.root.$defs[name], tag, description: node.description ?? description }).map((shape) => ({ ...shape, definition: shape.definition ?? name }))
    }
    if (node.anyOf) return node.anyOf.flatMap((choice) => this.#open({ node: choice, tag, description: description ?? choice.description }))
    return [{ node, tag, description }]
  }

  #step({ node, tag, definition }, step) {
    if (typeof step === 'number') return this.#open({ node: node.items, tag, description: node.items?.description })
    const own = node.properties?.[step]
    if (own) return this.#open({ node: own, tag: `${definition}.${step}` })
    const pattern = Object.entries(node.patternProperties ?? {}).find(([written]) => new RegExp(written, 'u').test(step))
    if (pattern) return this.#open({ node: pattern[1], tag: `${definition}.*` })
    return typeof node.additionalProperties === 'object' ? this.#open({ node: node.additionalProperties, tag }) : []
  }

  /** The keys that an object at a path may have: name, description, whether it must be there, what it takes. */
  keys(path) {
    const found = new Map()
    for (const { node, definition } of this.at(path)) {
      for (const [name, own] of Object.entries(node.properties ?? {})) {
        if (found.has(name)) continue
        const shapes = this.#open({ node: own, tag: `${definition}.${name}` })
        found.set(name, { name, description: own.description ?? shapes[0]?.description, required: node.required?.includes(name) ?? false, kind: kind(shapes), nests: nests(shapes) })
      }
    }
    return [...found.values()]
  }

  /** The values that are listed for a path. */
  values(path) {
    return this.at(path).flatMap(({ node }) => {
      if (node.enum) return node.enum
      if (node.const !== undefined) return [node.const]
      return node.type === 'boolean' ? [true, false] : []
    })
  }

  tags(path) {
    const found = new Set()
    for (const { tag, definition, node } of this.at(path)) {
      if (tag) found.add(tag)
      if (definition && node.patternProperties) found.add(`${definition}.*`)
    }
    return found
  }

  takesObject(path) {
    return this.at(path).some(({ node }) => node.type === 'object')
  }

  takesList(path) {
    return this.at(path).some(({ node }) => node.type === 'array')
  }

  /** What a path means, and what may stand there. */
  about(path) {
    const shapes = this.at(path)
    if (shapes.length === 0) return null
    return { description: shapes.find(({ description }) => description)?.description ?? '', kind: kind(shapes) }
  }
}

const WORDS = { object: 'object', array: 'list', string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false', null: 'null' }

function kind(shapes) {
  const words = shapes.flatMap(({ node }) => {
    if (node.enum) return node.enum.map(String)
    if (node.const !== undefined) return [String(node.const)]
    if (node.pattern?.includes('ms|s|m|h|d|w')) return ['duration, as 30d']
    return [node.type ?? []].flat().map((type) => WORDS[type])
  })
  const distinct = [...new Set(words)]
  return distinct.length > 6 ? `${distinct.slice(0, 6).join(', ')} …` : distinct.join(', ')
}

/** What follows a key in a new line: `object`, `list`, or nothing. */
function nests(shapes) {
  if (shapes.every(({ node }) => node.type === 'object')) return 'object'
  return shapes.every(({ node }) => node.type === 'array') ? 'list' : ''
}
