// The entry with everything: documents as well as compiled playbooks.
import { LeadstageError, plain } from './border.js'
import { batch } from './batch.js'
import { engine } from './engine.js'
import { conversation } from './conversation.js'
import { lifecycle } from './lifecycle.js'

/** Longer ones are refused, whatever follows. */
const UNITS = (16 << 20) + 1

/** Problems come from the bindings as JSON text. */
const run = (act) => {
  try {
    return act()
  } catch (found) {
    throw typeof found === 'string' ? new LeadstageError(JSON.parse(found)) : found
  }
}

const text = (document) => (typeof document === 'string' ? plain(document) : JSON.stringify(plain(document)))

/**
 * `wasm` holds what the module exports, once it is loaded; records go by its bindings, `glue`.
 * `other` gives the exports of the module for many leads at once.
 */
export function full(wasm, glue, other) {
  const { Playbook: Slim, Session, read, bytes, write } = engine(wasm, (lead, evidence, at, explained) =>
    read(sound(wasm.evaluate(lead, write(JSON.stringify(plain(evidence)), UNITS), at, explained))))
  /** Problems have the complement of their length, as JSON text. */
  const sound = (length) => {
    if (length < 0) throw new LeadstageError(JSON.parse(read(~length)))
    return length
  }
  const put = (document) => write(text(document), UNITS)
  const many = batch(wasm, other)
  class Playbook extends Slim {
    #lead
    constructor(lead, personal) {
      super(lead, personal)
      this.#lead = many.leadOf(this, lead)
    }

    static parse(document) {
      const lead = sound(wasm.parse(put(document)))
      return new this(lead, read(wasm.personal(lead)))
    }

    decideLines(lines, options = {}) {
      return many.lines(this.#lead(), lines, options)
    }

    decideColumns(table, options = {}) {
      return many.columns(this.#lead(), table, options)
    }

    decideRows(rows, options = {}) {
      return many.rows(this.#lead(), rows, options)
    }
  }
  return {
    ...conversation({ ...glue, run, text }),
    ...lifecycle({ ...glue, run, text }),
    Playbook,
    Session,
    check: (document) => JSON.parse(read(wasm.check(put(document)))),
    compile: (document) => bytes(sound(wasm.compile(put(document)))).slice(),
    schema: () => JSON.parse(read(wasm.schema())),
  }
}
