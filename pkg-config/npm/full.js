// The entry with everything: documents as well as compiled playbooks.
import { LeadstageError, plain } from './border.js'
import { batch } from './batch.js'
import { engine } from './engine.js'
import { conversation } from './conversation.js'
import { lifecycle } from './lifecycle.js'

/** Longer ones are refused, whatever follows. */
const UNITS = (16 << 20) + 1

const text = (document) => (typeof document === 'string' ? plain(document) : JSON.stringify(plain(document)))

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** A module's buffer; making room may move it and its memory. */
const bytes = (module, length) => {
  const start = module.room(length)
  return new Uint8Array(module.memory.buffer, start, length)
}
const read = (module, length) => decoder.decode(bytes(module, length))
/** Puts a text into a module's buffer; gives back how many bytes it takes there. */
const write = (module, written) => {
  const part = written.slice(0, UNITS)
  return encoder.encodeInto(part, bytes(module, part.length * 3)).written
}
/** Problems have the complement of their length, as JSON text. */
const sound = (module, length) => {
  if (length < 0) throw new LeadstageError(JSON.parse(read(module, ~length)))
  return length
}

/**
 * `wasm` holds what the module exports that decides, once it is loaded; records go by the bindings, `glue`.
 * `other` gives the exports of the module for many leads at once, `documents` those of the one with everything: that which decides, if nothing is said.
 */
export function full(wasm, glue, other, documents = () => wasm) {
  const { Playbook: Slim, Session } = engine(wasm, (lead, evidence, at, explained) =>
    read(wasm, sound(wasm, wasm.evaluate(lead, write(wasm, JSON.stringify(plain(evidence))), at, explained))))
  /** Problems come from the bindings as JSON text. */
  const run = (act) => {
    documents()
    try {
      return act()
    } catch (found) {
      throw typeof found === 'string' ? new LeadstageError(JSON.parse(found)) : found
    }
  }
  /** Does something with a document; gives back the module, and what it answers. */
  const on = (document, act) => {
    const module = documents()
    return [module, act(module, write(module, text(document)))]
  }
  const compile = (document) => {
    const [module, length] = on(document, (it, written) => it.compile(written))
    return bytes(module, sound(module, length)).slice()
  }
  const many = batch(wasm, other)
  class Playbook extends Slim {
    #lead
    constructor(lead, personal) {
      super(lead, personal)
      this.#lead = many.leadOf(this, lead)
    }

    static parse(document) {
      return this.load(compile(document))
    }

    decideLines(lines, options = {}) {
      return many.lines(this.#lead(), lines, options)
    }

    decideColumns(table, options = {}) {
      return many.columns(this.#lead(), table, options)
    }

    decideRows(rows, options = {}) {
      const single = other() === wasm && ((row, at, explain) => explain ? this.evaluateText(row, at) : this.decideText(row, at))
      return many.rows(this.#lead(), rows, options, single)
    }
  }
  return {
    ...conversation({ ...glue, run, text }),
    ...lifecycle({ ...glue, run, text }),
    Playbook,
    Session,
    check: (document) => JSON.parse(read(...on(document, (it, written) => it.check(written)))),
    compile,
    schema: () => JSON.parse(read(documents(), documents().schema())),
  }
}
