// What the visitor did and said: in memory, and in localStorage only after a yes. Bounded, so that no visit
// fills the browser; tolerant, because what storage holds may be old, foreign or forbidden.

const key = 'wherry-visitor'
const most = { events: 400, facts: 100, characters: 100_000 }

export class Visitor extends EventTarget {
  consent = null
  theme = null
  facts = []
  events = []
  persistent = false
  #number = 0

  constructor(storage = openStorage()) {
    super()
    this.storage = storage
    this.#read()
    globalThis.addEventListener?.('storage', (event) => {
      if (event.key !== key && event.key !== null) return
      this.#read()
      this.#changed()
    })
  }

  agree() {
    this.consent = 'yes'
    this.#write()
    this.#changed()
  }

  refuse() {
    this.withdraw()
  }

  withdraw() {
    this.consent = 'no'
    this.facts = []
    this.events = []
    this.persistent = false
    try {
      this.storage?.removeItem(key)
    } catch {
      this.storage = null
    }
    this.#changed()
  }

  prefer(theme) {
    this.theme = theme
    this.#write()
  }

  // What an event or a fact of now would be; the caller adds it once the engine has taken it.
  event(signal, properties = {}) {
    const at = Math.max(Date.now(), (this.events.at(-1)?.at ?? 0) + 1)
    this.#number += 1
    return { id: `${at}-${this.#number}`, signal, at, properties }
  }

  fact(attribute, known) {
    return { attribute, ...known, at: Math.max(Date.now(), (this.facts.at(-1)?.at ?? 0) + 1) }
  }

  add({ events = [], facts = [] }) {
    if (this.consent !== 'yes') return
    this.events = [...this.events, ...events].slice(-most.events)
    this.facts = [...this.facts, ...facts].slice(-most.facts)
    this.#write()
    this.#changed()
  }

  drop(unusable) {
    this.events = this.events.filter((event) => !unusable.has(event))
    this.facts = this.facts.filter((fact) => !unusable.has(fact))
    this.#write()
  }

  answer(attribute) {
    return this.facts.findLast((fact) => fact.attribute === attribute)
  }

  #read() {
    let kept = null
    try {
      kept = JSON.parse(this.storage?.getItem(key) ?? 'null')
    } catch {
      kept = null
    }
    const agreed = kept !== null && typeof kept === 'object' && kept.consent === 'yes'
    if (!agreed && this.consent === 'yes' && !this.persistent) return
    const entries = (value) => (agreed && Array.isArray(value) ? value.filter((entry) => entry && typeof entry === 'object') : [])
    this.consent = agreed ? 'yes' : this.consent === null ? null : 'no'
    this.persistent = agreed
    this.events = entries(kept?.events).slice(-most.events)
    this.facts = entries(kept?.facts).slice(-most.facts)
    if (agreed && ['light', 'dark'].includes(kept.theme)) this.theme = kept.theme
  }

  #write() {
    if (this.consent !== 'yes') return
    const text = () => JSON.stringify({ consent: 'yes', theme: this.theme, facts: this.facts, events: this.events })
    while (text().length > most.characters && this.events.length > 0) this.events = this.events.slice(Math.ceil(this.events.length / 8))
    while (text().length > most.characters && this.facts.length > 0) this.facts = this.facts.slice(Math.ceil(this.facts.length / 8))
    try {
      this.storage.setItem(key, text())
      this.persistent = true
    } catch {
      this.persistent = false
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'))
  }
}

function openStorage() {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}
