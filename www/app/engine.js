// The engine, the playbook and one session, fed from the visitor's events and facts.

const beside = (path) => new URL(path, import.meta.url)

export async function openEngine() {
  const [{ default: init, Playbook }, bytes, definition] = await Promise.all([
    import('../leadstage/visitor.js'),
    fetched('../acme.leadstage').then((response) => response.arrayBuffer()),
    fetched('../questions.json').then((response) => response.json()),
  ])
  await init()
  return new Engine(Playbook.load(new Uint8Array(bytes)), definition)
}

async function fetched(path) {
  const response = await fetch(beside(path))
  if (!response.ok) throw new Error(`${path.slice(3)} answered ${response.status}`)
  return response
}

export class Engine {
  #session

  constructor(playbook, definition) {
    this.definition = definition
    this.#session = playbook.session()
  }

  // Begins anew with what the visitor has. Returns the entries that this playbook does not take, for
  // instance those of an older version.
  restore({ facts, events }) {
    this.#session.clear()
    const refused = new Set()
    const offer = (take, entry) => {
      try {
        take(entry)
      } catch {
        refused.add(entry)
      }
    }
    for (const fact of facts) offer((entry) => this.learn(entry), fact)
    for (const event of events) offer((entry) => this.track(entry), event)
    return refused
  }

  learn(fact) {
    this.#session.learn(fact)
  }

  track(event) {
    this.#session.track(event)
  }

  decide(asOf) {
    return this.#session.explain(asOf)
  }
}
