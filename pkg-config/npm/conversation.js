// Conversations over the bindings: what is said crosses the border as text, their state stays on the other side.
import { LeadstageError, fail, instant, only, plain, typed } from './border.js'

const DIALECTS = ['plain', 'openai', 'anthropic']
const FORMS = ['json', 'text', 'dot', 'svg']
const OPTIONS = ['evidence', 'asOf', 'state', 'tries', 'handOver']
/** Answers that may be chosen, and messages that a quote may come from. */
const MOST = 10_000

export function conversation({ Asking, run, text }) {
  const json = (value) => JSON.stringify(plain(value))
  const one = (list, value, path) => {
    const place = list.indexOf(value)
    return place < 0 ? fail('bad_value', path, `expected one of ${list.join(', ')}`) : place
  }
  /** `list` is plain. */
  const texts = (list, path) => {
    if (!Array.isArray(list) || list.length > MOST) fail('wrong_type', path, 'expected a list of texts')
    return list.map((entry, place) => typed('string', entry, `${path}/${place}`))
  }
  /** What was said, as text; `value` is plain. */
  const words = (value) => {
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
    return typed('string', typeof value === 'number' ? String(value) : value, '/value')
  }
  /** Options as plain data, but for the instant, which may be a function. */
  const settled = (options) => {
    let asOf = Date.now
    const rest = {}
    try {
      for (const key in only(options, OPTIONS, '')) {
        if (key !== 'asOf') rest[key] = options[key]
        else if (options[key] !== undefined) asOf = options[key]
      }
    } catch (error) {
      if (error instanceof LeadstageError) throw error
      fail('wrong_type', '', 'expected plain data, found something that throws when it is read')
    }
    return { ...plain(rest), asOf: typeof asOf === 'function' ? asOf : instant(asOf, '/asOf') }
  }
  const name = (id) => typed('string', plain(id, '/id'), '/id')

  class Conversation {
    #talking
    #asOf
    constructor(talking, asOf) {
      this.#talking = talking
      this.#asOf = asOf
      Object.freeze(this)
    }

    next() {
      return JSON.parse(this.#open().turn(this.#at()))
    }

    answer(id, value) {
      const talking = this.#open()
      const at = this.#at()
      const attribute = name(id)
      const copy = plain(value, '/value')
      if (Array.isArray(copy)) {
        const list = texts(copy, '/value')
        return JSON.parse(run(() => talking.choose(attribute, list, at)))
      }
      const said = words(copy)
      return JSON.parse(run(() => talking.answer(attribute, said, at)))
    }

    /** What is not waited for is a correction. */
    correct(id, value) {
      return this.answer(id, value)
    }

    decline(id) {
      const talking = this.#open()
      const at = this.#at()
      const attribute = name(id)
      run(() => talking.refuse(attribute))
      return JSON.parse(talking.turn(at))
    }

    tell(id, value) {
      const talking = this.#open()
      const at = this.#at()
      const attribute = name(id)
      const said = words(plain(value, '/value'))
      return run(() => talking.tell(attribute, said, at)) ?? null
    }

    infer(found, wrote) {
      const talking = this.#open()
      const at = this.#at()
      const call = text(found)
      const messages = texts(plain(wrote, '/wrote'), '/wrote')
      run(() => talking.infer(call, messages, at))
      return this
    }

    know(evidence) {
      const talking = this.#open()
      const written = json(evidence)
      run(() => talking.know(written))
      return this
    }

    state() {
      return JSON.parse(this.stateText())
    }

    stateText() {
      return this.#open().kept()
    }

    decide() {
      return JSON.parse(this.#open().decide(this.#at()))
    }

    free() {
      this.#open().free()
      this.#talking = undefined
    }

    #at() {
      return instant(typeof this.#asOf === 'function' ? this.#asOf() : this.#asOf, '/asOf')
    }

    #open() {
      return this.#talking ?? fail('conflict', '', 'this conversation has been freed')
    }
  }

  class Questions {
    #asking
    constructor(asking) {
      this.#asking = asking
      const [title, version, digest] = asking.title().split('\n')
      Object.assign(this, { name: title, version: Number(version), digest })
      Object.freeze(this)
    }

    static parse(document) {
      return new this(run(() => Asking.parse(text(document))))
    }

    conversation(options = {}) {
      const { evidence = {}, asOf, state, tries = 2, handOver = false } = settled(options)
      if (!Number.isInteger(tries) || tries < 1 || tries > 1_000) fail('out_of_range', '/tries', 'expected a whole number from 1 to 1000')
      typed('boolean', handOver, '/handOver')
      const known = json(evidence)
      const kept = state === undefined || state === null ? undefined : text(state)
      const talking = run(() => this.#asking.talk(known, tries, handOver))
      try {
        if (kept !== undefined) run(() => talking.resume(kept))
      } catch (error) {
        talking.free()
        throw error
      }
      return new Conversation(talking, asOf)
    }

    next(evidence, asOf, passed = []) {
      const conversation = this.conversation({ evidence, asOf: instant(asOf, '/asOf') })
      try {
        return texts(plain(passed, '/passed'), '/passed').reduce((_, id) => conversation.decline(id), undefined) ?? conversation.next()
      } finally {
        conversation.free()
      }
    }

    tree(evidence, asOf) {
      return JSON.parse(this.treeText(evidence, asOf, 'json'))
    }

    treeText(evidence, asOf, form = 'text') {
      const known = json(evidence)
      const at = instant(asOf, '/asOf')
      const place = one(FORMS, form, '/form')
      return run(() => this.#asking.tree(known, at, place))
    }

    tools(dialect = 'plain') {
      return JSON.parse(this.#asking.tools(one(DIALECTS, dialect, '/dialect')))
    }
  }

  return { Conversation, Questions }
}
