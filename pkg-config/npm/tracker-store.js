//# allFunctionsCalledOnLoad
// What a visitor did and said: kept in this browser after consent, and shared between its tabs.
// Every entry has a key of its own that is written once, so no tab can overwrite what another wrote, and none needs a lock.

const CONSENT = 'consent'
const PERSON = 'person'

const read = (text) => {
  try {
    const entry = JSON.parse(text)
    return entry.at >= 0 ? entry : null
  } catch {
    return null
  }
}

/** Random once a page, then counted on: asking for randomness at every event would be a tenth of what the event costs. */
let made = crypto.getRandomValues(new BigUint64Array(1))[0]
export const fresh = () => (made += 1n).toString(36)

export class Store {
  consent = null
  /** By id, in the order in which they came to this tab: `[entry, characters]`. */
  #entries = new Map()
  #characters = 0
  #unsaved = new Set()
  #storage = null
  #stored = false
  #channel
  #prefix
  #limits
  #tell

  /** `tell` hears of `added(id, entry)`, `lost()`, `agreed()` and `forgot()`. */
  constructor(name, limits, tell, signal) {
    this.#prefix = `${name}:`
    this.#limits = limits
    this.#tell = tell
    try {
      this.#storage = localStorage
    } catch {
      // It is forbidden; memory does.
    }
    addEventListener('storage', (event) => this.#heard(event), { signal })
    addEventListener('pageshow', (event) => event.persisted && this.read(), { signal })
    signal.addEventListener('abort', () => this.#channel?.close())
    if (!this.#storage) this.#open()
  }

  /** Whether a reload would find everything. */
  get persistent() {
    return this.#stored && this.#unsaved.size === 0
  }

  get person() {
    return this.#entries.has(PERSON)
  }

  *[Symbol.iterator]() {
    for (const [id, [entry]] of this.#entries) yield [id, entry]
  }

  /** Takes what is stored, and drops what is from before the consent or too old. */
  read(kept = read(this.#get(CONSENT))) {
    if (!kept) {
      // What a tab wrote while another withdrew goes too.
      if (this.#stored || !this.consent) this.forget(true)
      return
    }
    const known = this.consent
    this.consent = kept
    this.#stored = true
    const oldest = Math.max(kept.at, Date.now() - this.#limits.keep)
    const found = []
    for (const id of new Set([...this.#unsaved, ...this.#ids()])) {
      const text = this.#get(id)
      const entry = read(text) ?? this.#entries.get(id)?.[0]
      if (id === CONSENT) continue
      if (entry?.at >= oldest) {
        found.push([id, entry, text?.length])
      } else {
        this.#unsaved.delete(id)
        this.#remove(id)
      }
    }
    found.sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
    this.#entries.clear()
    this.#characters = 0
    for (const one of found) this.#put(...one)
    this.#tell.lost()
    if (!known) this.#tell.agreed()
  }

  agree(scope) {
    const known = this.consent
    this.consent = { ...scope, at: known?.at ?? Date.now() }
    this.#stored = this.#set(CONSENT, this.consent)
    this.#post()
    if (!known) this.#tell.agreed()
  }

  /** Deletes everything; `quietly` where another tab has said so already. */
  forget(quietly) {
    const known = this.consent
    this.consent = null
    this.#stored = false
    this.#entries.clear()
    this.#unsaved.clear()
    this.#characters = 0
    for (const id of this.#ids()) this.#remove(id)
    if (!known) return
    if (!quietly) this.#post()
    this.#tell.forgot()
  }

  /** Adds an entry of now. */
  add(entry, id = fresh()) {
    // Who cleared the browser's storage has withdrawn.
    if (this.#stored && this.#get(CONSENT) === null) this.forget()
    if (!this.consent) return false
    this.#put(id, entry)
    this.#unsaved.add(id)
    const { entries, characters } = this.#limits
    if (this.#entries.size > entries || this.#characters > characters) this.#trim(entries * 7 / 8, characters * 7 / 8)
    this.#save()
    if (this.#unsaved.has(id)) {
      this.#open()
      this.#post({ entries: [[id, entry]] })
    }
    this.#tell.added(id, entry)
    return true
  }

  /** Of no age: it is as true as the consent. */
  metPerson() {
    if (!this.person) this.add({ at: 9e15 }, PERSON)
  }

  /** Drops the entries that a test picks. */
  drop(test) {
    for (const [id, entry] of this) if (test(entry)) this.#drop(id)
    this.#tell.lost()
  }

  #put(id, entry, length = JSON.stringify(entry).length) {
    if (this.#entries.has(id)) return false
    const characters = this.#prefix.length + id.length + length
    this.#entries.set(id, [entry, characters])
    this.#characters += characters
    return true
  }

  /** Stores what isn't yet; where the browser has no room left, in the place of older entries. */
  #save(tries = 3) {
    if (!(this.#stored ||= this.#set(CONSENT, this.consent))) return
    for (const id of this.#unsaved) {
      const [entry, characters] = this.#entries.get(id)
      if (this.#set(id, entry)) this.#unsaved.delete(id)
      else if (tries > 0 && this.#trim(0, this.#characters - characters)) return void this.#save(tries - 1)
      else return
    }
  }

  #drop(id) {
    this.#characters -= this.#entries.get(id)[1]
    this.#entries.delete(id)
    this.#unsaved.delete(id)
    this.#remove(id)
  }

  /** Drops entries until no more than so many are left, of so many characters; with no number, stored ones only. Says whether there were any. */
  #trim(entries, characters) {
    const before = this.#entries.size
    for (const id of leaving([...this])) {
      if (this.#characters <= characters && (!entries || this.#entries.size <= entries)) break
      if (id !== PERSON && (entries || !this.#unsaved.has(id))) this.#drop(id)
    }
    this.#tell.lost()
    return this.#entries.size < before
  }

  #heard({ key, newValue, storageArea }) {
    if (storageArea !== this.#storage) return
    if (key === null || key === this.#prefix + CONSENT) {
      const theirs = read(newValue)
      if (!theirs) return void ((this.#stored || !key) && this.forget(true))
      // Two tabs may have been told at the same time: the earlier word counts, so that no event is from before it.
      const at = Math.min(theirs.at, this.consent?.at ?? theirs.at)
      if (at < theirs.at) this.#set(CONSENT, { ...theirs, at })
      this.read({ ...theirs, at })
    } else if (key.startsWith(this.#prefix)) {
      this.#take(key.slice(this.#prefix.length), read(newValue))
    }
  }

  #take(id, entry) {
    if (!this.consent) return
    if (!entry) {
      if (this.#entries.has(id)) {
        this.#drop(id)
        this.#tell.lost()
      }
    } else if (entry.at >= this.consent.at && this.#put(id, entry)) {
      this.#tell.added(id, entry)
      return true
    }
  }

  /** Where storage fails, the open tabs tell each other. */
  #open() {
    if (this.#channel !== undefined) return
    try {
      this.#channel = new BroadcastChannel(this.#prefix)
    } catch {
      return void (this.#channel = null)
    }
    this.#channel.onmessage = ({ data }) => {
      if (data.hello) return void (this.consent && this.#post({ entries: [...this] }))
      if (!data.consent) return void this.forget(true)
      const known = this.consent
      this.consent = { ...data.consent, at: Math.min(data.consent.at, known?.at ?? Infinity) }
      for (const [id, entry] of data.entries ?? []) {
        if (this.#take(id, entry)) this.#unsaved.add(id)
      }
      if (!known) this.#tell.agreed()
    }
    this.#post({ hello: true })
  }

  #post(message) {
    this.#channel?.postMessage({ consent: this.consent, ...message })
  }

  /** The ids that are stored. */
  #ids() {
    try {
      return Object.keys(this.#storage).filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length))
    } catch {
      return []
    }
  }

  #get(id) {
    try {
      return this.#storage.getItem(this.#prefix + id)
    } catch {
      return null
    }
  }

  #set(id, entry) {
    try {
      this.#storage.setItem(this.#prefix + id, JSON.stringify(entry))
      return true
    } catch {
      return false
    }
  }

  #remove(id) {
    try {
      this.#storage.removeItem(this.#prefix + id)
    } catch {
      // Then it can't be read either.
    }
  }
}

/** Ids in the order in which they may go: what can't count any more; then the oldest event of the signal that has most; then the oldest of the rest. */
export function* leaving(entries) {
  entries.sort(([, a], [, b]) => a.at - b.at)
  const seen = new Set()
  const signals = { __proto__: null }
  const rest = []
  const first = entries.find(([, entry]) => entry.touch)?.[0]
  for (const [id, entry] of entries.reverse()) {
    const { signal, attribute, touch, source, by } = entry
    const what = attribute ? `${attribute} ${source} ${by} ${entry.default}` : touch && id !== first ? 'touch' : null
    if (entry.automated || seen.has(what)) yield id
    else if (signal) (signals[signal] ??= []).push(id)
    else rest.push(id)
    if (what) seen.add(what)
  }
  for (;;) {
    const [most] = Object.values(signals).sort((a, b) => b.length - a.length)
    if (!most?.length) break
    yield most.pop()
  }
  yield* rest.reverse()
}
