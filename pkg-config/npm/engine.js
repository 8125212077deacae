// Playbook and Session over the bindings: names become numbers once, values cross the border one by one.
import { fail, instant, join, only, plain, string } from './border.js'

const REFUSALS = [, ['wrong_type', 'a value of another type is needed'], ['unknown_name', 'is not one of the options'],
  ['out_of_range', 'is out of range'], ['bad_date', 'expected a date like `2026-11-22`'], ['too_large', 'is too long'],
  ['too_many', 'there are too many'], ['empty', 'expected at least one'], ['empty_range', 'the range leaves nothing'],
  ['conflict', 'one end of the range is needed']]

const KINDS = ['attribute', 'signal', 'property', 'source', 'asserter', 'stage']
const FACT = ['attribute', 'value', 'range', 'any_of', 'source', 'by', 'at', 'default']
const EVENT = ['signal', 'at', 'id', 'properties', 'automated']

export function engine(glue) {
  const parse = (text) => glue.instant(text)
  const when = (value, path) => instant(value, path, parse)

  class Playbook {
    #book
    #places = new Map()
    constructor(book) {
      this.#book = book
      const [name, version, digest] = book.title().split('\n')
      Object.assign(this, { name, version: Number(version), digest })
      Object.freeze(this)
    }

    static load(bytes) {
      if (!ArrayBuffer.isView(bytes) || !(bytes instanceof Uint8Array)) fail('wrong_type', '', 'expected the bytes of a compiled playbook')
      const book = glue.Book.load(bytes)
      return book ? new this(book) : fail('syntax', '', 'not a compiled playbook of this version', 'compile it with `leadstage compile`')
    }

    session() {
      return new Session(this.#book, (kind, name, path, signal) => this.#place(kind, name, path, signal))
    }

    evaluate(evidence, asOf) {
      return JSON.parse(this.evaluateText(evidence, asOf))
    }

    evaluateText(evidence, asOf) {
      return this.#decided(evidence, asOf, true)
    }

    decideText(evidence, asOf) {
      return this.#decided(evidence, asOf, false)
    }

    #decided(evidence, asOf, explained) {
      const at = when(asOf, '/as_of')
      if (this.#book.evaluate) return glue.run(() => this.#book.evaluate(JSON.stringify(plain(evidence)), at, explained))
      const session = this.session()
      try {
        session.load(evidence)
        return explained ? session.explainText(at) : session.decideText(at)
      } finally {
        session.free()
      }
    }

    #place(kind, name, path, signal) {
      string(name, path)
      const key = signal === undefined ? `${kind} ${name}` : `${kind} ${signal} ${name}`
      let place = this.#places.get(key)
      if (place === undefined) {
        place = this.#book.place(KINDS.indexOf(kind), name, signal ?? 0)
        if (place >= 0 || kind === 'asserter') this.#places.size < 10_000 && this.#places.set(key, place)
        else fail('unknown_name', path, `\`${name.slice(0, 100)}\` is not ${kind === 'attribute' || kind === 'asserter' ? 'an' : 'a'} ${kind} of this playbook`)
      }
      return place
    }
  }

  class Session {
    #lead
    #place
    constructor(book, place) {
      this.#lead = book.lead()
      this.#place = place
    }

    learn(fact) {
      this.#learn(plain(fact), '')
      return this
    }

    track(event) {
      this.#track(plain(event), '')
      return this
    }

    enter(stage) {
      this.#enter(plain(stage), '')
      return this
    }

    /** Puts other evidence in place of what is known; on a problem the session is empty. */
    load(evidence) {
      const { stage, facts = [], events = [], id } = only(plain(evidence), ['id', 'stage', 'facts', 'events', 'as_of'], '')
      if (id !== undefined) string(id, '/id')
      this.#lead.clear()
      try {
        if (stage !== undefined) this.#enter(stage, '/stage')
        if (Array.isArray(facts)) facts.forEach((fact, place) => this.#learn(fact, `/facts/${place}`))
        else {
          for (const attribute in only(facts, null, '/facts')) {
            const said = facts[attribute]
            const is = said !== null && typeof said === 'object' && !Array.isArray(said)
            const path = join('/facts', attribute)
            this.#learn({ ...(is ? said : { value: said }), attribute }, path, is ? join(path, 'value') : path)
          }
        }
        if (!Array.isArray(events)) fail('wrong_type', '/events', 'expected a list')
        events.forEach((event, place) => this.#track(event, `/events/${place}`))
      } catch (error) {
        this.#lead.clear()
        throw error
      }
      return this
    }

    clear() {
      this.#lead.clear()
      return this
    }

    decide(asOf) {
      return JSON.parse(this.decideText(asOf))
    }

    explain(asOf) {
      return JSON.parse(this.explainText(asOf))
    }

    decideText(asOf) {
      return this.#lead.decide(when(asOf, '/as_of'), false)
    }

    explainText(asOf) {
      return this.#lead.decide(when(asOf, '/as_of'), true)
    }

    free() {
      this.#lead.free()
    }

    /** Puts down a value; gives back its form. */
    #put(value, path) {
      const lead = this.#lead
      if (Array.isArray(value)) {
        value.forEach((entry, place) => Array.isArray(entry) ? fail('wrong_type', join(path, place), 'expected a single value') : this.#put(entry, join(path, place)))
        return 1
      }
      if (Number.isInteger(value) && Math.abs(value) <= 9e12) lead.whole(value)
      else if (value === null) lead.put(0, '')
      else if (typeof value === 'boolean') lead.put(value ? 2 : 1, '')
      else if (typeof value === 'number') this.#done(lead.put(3, String(value)), value, path)
      else if (typeof value === 'string') lead.put(4, value)
      else fail('wrong_type', path, 'expected a single value')
      return 0
    }

    #done(refusal, value, path) {
      if (!refusal) return
      this.#lead.drop_values()
      const [code, message] = REFUSALS[refusal]
      const shown = typeof value === 'string' ? `\`${value.slice(0, 100)}\` ` : ''
      fail(code, path, shown + message)
    }

    #learn(fact, path, pathOfValue = join(path, 'value')) {
      only(fact, FACT, path)
      const { value, range, any_of, source = 'visitor', by, at, default: untouched = false } = fact
      const attribute = this.#place('attribute', fact.attribute, `${path}/attribute`)
      const [said, ...more] = ['value', 'range', 'any_of'].filter((key) => fact[key] !== undefined)
      if (!said || more.length) fail('conflict', path, 'expected one of `value`, `range` and `any_of`')
      if (typeof untouched !== 'boolean') fail('wrong_type', `${path}/default`, 'expected true or false')
      const from = this.#place('source', source, `${path}/source`)
      const asserter = by === undefined ? -2 : this.#place('asserter', by, `${path}/by`)
      const time = at === undefined ? NaN : when(at, `${path}/at`)
      const where = said === 'value' ? pathOfValue : join(path, said)
      this.#guarded(() => {
        const list = this.#put(value ?? range ?? any_of ?? null, where)
        if (said !== 'value' && !list) fail('wrong_type', where, 'expected a list')
        const form = said === 'range' ? 2 : said === 'any_of' ? 3 : list
        this.#done(this.#lead.learn(attribute, form, from, asserter, time, untouched), value, where)
      })
    }

    #track(event, path) {
      only(event, EVENT, path)
      const { at, id, properties, automated = false } = event
      const signal = this.#place('signal', event.signal, `${path}/signal`)
      if (at === undefined) fail('missing_field', path, '`at` is missing')
      const time = when(at, `${path}/at`)
      if (id !== undefined) string(id, `${path}/id`)
      if (typeof automated !== 'boolean') fail('wrong_type', `${path}/automated`, 'expected true or false')
      this.#guarded(() => {
        if (properties !== undefined) {
          for (const key in only(properties, null, `${path}/properties`)) {
            const where = join(`${path}/properties`, key)
            const property = this.#place('property', key, where, signal)
            const form = this.#put(properties[key], where)
            this.#done(this.#lead.property(signal, property, form), properties[key], where)
          }
        }
        this.#done(this.#lead.track(signal, time, automated, id), id, `${path}/id`)
      })
    }

    #enter(stage, path) {
      only(stage, ['name', 'since'], path)
      const place = this.#place('stage', stage.name, `${path}/name`)
      this.#lead.enter(place, stage.since === undefined ? NaN : when(stage.since, `${path}/since`))
    }

    /** What was put down is dropped when something is wrong. */
    #guarded(act) {
      try {
        act()
      } catch (error) {
        this.#lead.drop_values()
        throw error
      }
    }
  }

  return { Playbook, Session }
}
