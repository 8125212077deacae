// The entry with everything: documents as well as compiled playbooks.
import { LeadstageError, plain } from './border.js'
import { engine } from './engine.js'
import { lifecycle } from './lifecycle.js'

/** Problems come from the core as JSON text. */
const run = (act) => {
  try {
    return act()
  } catch (found) {
    throw typeof found === 'string' ? new LeadstageError(JSON.parse(found)) : found
  }
}

const text = (document) => (typeof document === 'string' ? plain(document) : JSON.stringify(plain(document)))

export function full(glue) {
  const { Playbook: Slim, Session } = engine({ ...glue, run })
  class Playbook extends Slim {
    static parse(document) {
      return new this(run(() => glue.parse(text(document))))
    }
  }
  return {
    ...lifecycle({ ...glue, run, text }),
    Playbook,
    Session,
    check: (document) => JSON.parse(glue.check(text(document))),
    compile: (document) => run(() => glue.compile(text(document))),
    schema: () => JSON.parse(glue.schema()),
  }
}
