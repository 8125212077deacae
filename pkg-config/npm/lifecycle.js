// Records over the bindings: inputs and journals cross the border as JSON text, records stay on the other side.
import { LeadstageError, fail, instant, only, plain, typed } from './border.js'

/** Records that are compared at once. */
const MOST = 1_000_000

export function lifecycle({ Pile, Rules, run, text, verify_journal }) {
  const when = (value) => instant(value, '/as_of')
  /** Not a number stands for the input's own instant. */
  const given = (value) => (value === undefined ? NaN : when(value))

  /** A journal as text, given as such or as the list of its entries. */
  const lines = (journal) => {
    const copy = plain(journal, '/journal')
    if (typeof copy === 'string') return copy
    if (!Array.isArray(copy)) fail('wrong_type', '/journal', 'expected a journal: its text, or the list of its entries')
    return copy.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry))).join('\n')
  }
  const listed = (records) => {
    try {
      if (Array.isArray(records) && records.length <= MOST) return Array.from(records)
    } catch {
      // Reported below.
    }
    return fail('wrong_type', '/records', 'expected a list of records')
  }
  /** Problems of a part are problems of the whole, further down. */
  const within = (path, act) => {
    try {
      return run(act)
    } catch (found) {
      if (!(found instanceof LeadstageError)) throw found
      throw new LeadstageError(found.problems.map((it) => ({ ...it, path: path + it.path })))
    }
  }
  const named = (id) => {
    if (id === undefined || id === null) return undefined
    const copy = typed('string', plain(id, '/id'), '/id')
    return copy === '' ? fail('empty', '/id', '`id` may not be empty') : copy
  }
  const head = (hash) => (hash === undefined ? undefined : typed('string', plain(hash, '/head'), '/head'))
  const verify = (journal, hash) => JSON.parse(verify_journal(lines(journal), head(hash)))

  /** What is held of a record that follows these rules; everything else is a problem. */
  let open
  /** A record as it is kept, whether it is held here or given. */
  let keptOf
  class LeadRecord {
    #held
    #rules
    static {
      keptOf = (record) => (record !== null && typeof record === 'object' && #held in record ? record.keptText() : text(record))
      open = (record, rules, path) => {
        const is = record !== null && typeof record === 'object' && #held in record && record.#rules === rules
        return is ? record.#open() : fail('wrong_type', path, 'expected a record of this lifecycle')
      }
    }

    constructor(rules, held) {
      this.#held = held
      this.#rules = rules
      this.id = held.id() ?? null
      Object.freeze(this)
    }

    state() {
      return JSON.parse(this.stateText())
    }

    stateText() {
      return this.#open().state()
    }

    journal() {
      return this.#open().journal()
    }

    kept() {
      return JSON.parse(this.keptText())
    }

    keptText() {
      return this.#open().kept()
    }

    explain(asOf) {
      return JSON.parse(this.#open().explain(when(asOf)))
    }

    export(asOf) {
      return JSON.parse(this.#open().export(when(asOf)))
    }

    decide(asOf) {
      return JSON.parse(this.#open().decide(when(asOf)))
    }

    free() {
      this.#open().free()
      this.#held = undefined
    }

    #open() {
      return this.#held ?? fail('conflict', '', 'this record has been freed')
    }
  }

  class Lifecycle {
    #rules
    constructor(rules) {
      this.#rules = rules
      const [name, version, digest] = rules.title().split('\n')
      Object.assign(this, { name, version: Number(version), digest })
      Object.freeze(this)
    }

    static parse(document) {
      return new this(run(() => Rules.parse(text(document))))
    }

    record(id) {
      return new LeadRecord(this.#rules, this.#rules.record(named(id)))
    }

    restore(kept) {
      return this.#made(run(() => this.#rules.restore(text(kept))))
    }

    replay(journal, id) {
      return this.#made(run(() => this.#rules.replay(named(id), lines(journal))))
    }

    advance(record, input, asOf) {
      return JSON.parse(this.advanceText(record, input, asOf))
    }

    advanceText(record, input, asOf) {
      const held = open(record, this.#rules, '/record')
      const written = JSON.stringify(plain(input))
      const at = given(asOf)
      return run(() => held.advance(written, at))
    }

    merge(record, other, asOf) {
      const held = open(record, this.#rules, '/record')
      const merged = open(other, this.#rules, '/other')
      if (held === merged) fail('conflict', '/other', 'a record can not be merged into itself')
      const at = when(asOf)
      return JSON.parse(run(() => held.merge(merged, at)))
    }

    dedupe(records) {
      const list = listed(records)
      const pile = new Pile()
      try {
        list.forEach((record, place) => pile.add(open(record, this.#rules, `/records/${place}`)))
        return JSON.parse(pile.duplicates())
      } finally {
        pile.free()
      }
    }

    funnel(records, cohort = {}) {
      const list = listed(records)
      const { stage, from, to } = only(plain(cohort, '/cohort'), ['stage', 'from', 'to'], '/cohort')
      const name = stage === undefined || stage === null ? undefined : typed('string', stage, '/cohort/stage')
      const end = (value, path) => (value === undefined || value === null ? NaN : instant(value, path))
      const ends = [end(from, '/cohort/from'), end(to, '/cohort/to')]
      const count = within('/cohort', () => this.#rules.count(name, ...ends))
      try {
        list.forEach((record, place) => within(`/records/${place}`, () => count.add(keptOf(record))))
        return JSON.parse(count.counted())
      } finally {
        count.free()
      }
    }

    verify(journal, hash) {
      return verify(journal, hash)
    }

    #made(held) {
      return { record: new LeadRecord(this.#rules, held), ...JSON.parse(held.outcome()) }
    }
  }

  return { LeadRecord, Lifecycle, verify }
}
