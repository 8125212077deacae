//# allFunctionsCalledOnLoad
// Tracks a visitor after consent, and feeds a session of `leadstage/visitor` with what happens.
import { Store, fresh } from './tracker-store.js'
import { landing, opened, unnamed } from './tracker-source.js'
import { observe } from './tracker-page.js'

const isEvent = ({ signal }) => signal

export class Tracker extends EventTarget {
  #options
  #store = null
  #page = null
  #landing
  #landed = false
  #refused = false
  #met = false
  #playbook = null
  #session = null
  /** What the session has taken, in its order, by id. */
  #taken = new Map()
  #stale = true
  #telling = false
  #loading = null
  #loaded = 0
  #arrived
  #stop = new AbortController()

  constructor(options = {}) {
    super()
    this.#options = options
    this.ready = new Promise((resolve) => (this.#arrived = resolve))
    // On a server there is nobody to track.
    if (typeof document === 'undefined') return
    this.#guard(() => this.#start(options))()
  }

  /** What is kept is kept for 395 days by default. */
  #start({ name = 'leadstage', keep = 34_128_000_000, most = {}, hosts, refresh = 3_600_000 }) {
    const { signal } = this.#stop
    this.#landing = landing(hosts)
    this.#store = new Store(name, { entries: 500, characters: 100_000, keep, ...most }, {
      added: (id, entry) => this.#added(id, entry),
      lost: () => this.#lost(),
      agreed: () => this.#begin(),
      forgot: () => this.#forgot(),
    }, signal)
    this.#page = observe(this.#options, {
      count: (...given) => this.#count(...given),
      learn: (attribute, known, untouched) => this.learn(attribute, untouched ? { ...known, default: true } : known),
      met: () => this.#store?.metPerson((this.#met = true)),
      guard: (act) => this.#guard(act),
    }, signal)
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && Date.now() - this.#loaded > refresh) void this.refresh()
    }, { signal })
    this.#store.read()
  }

  /** Nothing that goes wrong in here reaches the page. */
  #guard(act) {
    return (...given) => {
      try {
        return act(...given)
      } catch (error) {
        this.#report(error)
        return undefined
      }
    }
  }

  #report(error) {
    try {
      this.#options.onproblem?.(error)
    } catch {
      // A reporter that fails is the page's own affair.
    }
  }

  // Consent

  /** What the browser says for the visitor: `gpc`, `dnt` or nothing. */
  get optOut() {
    const { globalPrivacyControl: gpc, doNotTrack: dnt } = globalThis.navigator ?? {}
    return gpc ? 'gpc' : dnt === '1' ? 'dnt' : null
  }

  get consent() {
    return this.#store?.consent ? 'yes' : this.#refused || this.optOut ? 'no' : null
  }

  get personal() {
    return this.#store?.consent?.personal === true
  }

  get persistent() {
    return this.#store?.persistent === true
  }

  /** Whether events are taken for a program's. */
  get automated() {
    return !this.#store?.person || navigator.webdriver === true
  }

  agree({ personal = false, despite = false } = {}) {
    if (!this.#store || (this.optOut && !despite)) return false
    this.#guard(() => {
      this.#store.agree({ personal, despite })
      this.#depersonalize()
      this.#changed()
    })()
    return this.consent === 'yes'
  }

  #depersonalize() {
    if (!this.#store || this.personal) return
    const named = ({ touch }) => touch?.[touch.click]
    for (const [, { at, touch }] of [...this.#store].filter(([, entry]) => named(entry))) this.#store.add({ at, touch: unnamed(touch) })
    this.#store.drop((entry) => named(entry) || (entry.attribute && !this.#may(entry.attribute)))
  }

  withdraw() {
    this.#refused = true
    this.#guard(() => this.#store?.forget())()
    this.#changed()
  }

  #begin() {
    if (this.optOut && !this.#store.consent.despite) return this.withdraw()
    this.#refused = false
    if (!this.#playbook) void this.#load()
    if (this.#met) this.#store.metPerson()
    this.#touch()
    this.#page.view()
    this.#changed()
  }

  #forgot() {
    this.#refused = true
    this.#page.reset()
    this.#session?.clear()
    this.#taken.clear()
    this.#changed()
  }

  // What is known

  /** Whether an attribute may be known: those of a person only with consent to that. */
  #may(attribute) {
    const { personal } = this.#options
    return this.personal || !(this.#playbook?.personal.includes(attribute) || (personal?.includes(attribute) ?? attribute.startsWith('contact.')))
  }

  #now() {
    return Math.max(Date.now(), this.#store.consent.at)
  }

  /** Counts an event of now; says whether it was taken. */
  track(signal, properties) {
    return this.#guard(() => this.#count(signal, properties))() === true
  }

  #count(signal, properties, element, trusted = true) {
    if (!this.#store?.consent) return null
    let event = { signal, properties: { ...properties }, at: this.#now() }
    if (navigator.webdriver || !trusted) event.automated = true
    if (this.#options.adjust) event = this.#options.adjust(event, element)
    if (!event || !this.#offer(event)) return false
    this.#options.dataLayer?.push({ event: `leadstage_${event.signal}`, leadstage: structuredClone(event) })
    return true
  }

  /** Learns a fact: `{ value }`, `{ range }` or `{ any_of }`, and what else a fact has. */
  learn(attribute, known) {
    return this.#guard(() => this.#store?.consent && this.#may(attribute) && this.#offer({ ...known, attribute, at: this.#now() }))() === true
  }

  /** Learns what a form says, and counts its signal; for forms that are marked `data-lead-manual`. */
  submit(form) {
    this.#page?.submit(form)
  }

  #offer(entry) {
    const id = fresh()
    // Whether it fits shows in a stale session as well.
    return (!(this.#session ?? this.session) || this.#feed(id, entry)) && this.#store.add(entry, id)
  }

  #added(id, entry) {
    if (!isEvent(entry) && !entry.attribute) this.#stale = true
    else if (!this.#stale) this.#feed(id, entry)
    this.#changed()
  }

  #lost() {
    this.#stale = true
    this.#changed()
  }

  /** Gives an entry to the session; says whether it was taken. */
  #feed(id, entry) {
    if (this.#taken.has(id)) return true
    const event = isEvent(entry)
    const said = event ? { ...entry, id, automated: entry.automated === true || !this.#store.person } : entry
    for (;;) {
      try {
        if (event) this.#session.track(said)
        else this.#session.learn(said)
        this.#taken.set(id, said)
        return true
      } catch (error) {
        const mended = mend(said, error)
        if (mended !== 'converted') this.#report(error)
        if (!mended) return false
      }
    }
  }

  /** The live session, with all that is known; null without consent or playbook. */
  get session() {
    if (!this.#playbook || !this.#store?.consent) return null
    if (!this.#stale) return this.#session
    this.#session ??= this.#playbook.session()
    this.#session.clear()
    this.#taken.clear()
    this.#stale = false
    for (const [id, entry] of this.#store) if (isEvent(entry) || entry.attribute) this.#feed(id, entry)
    return this.#session
  }

  decide(asOf = Date.now()) {
    return this.session?.decide(asOf) ?? null
  }

  /** What the session knows, as a server takes it. */
  evidence() {
    const known = this.session ? [...this.#taken.values()] : []
    return structuredClone({ facts: known.filter(({ attribute }) => attribute && this.#may(attribute)), events: known.filter(isEvent) })
  }

  // Where the visitor came from

  get sources() {
    const touches = [...(this.#store ?? [])].flatMap(([, { at, touch }]) => (touch ? { at, ...touch } : [])).sort((a, b) => a.at - b.at)
    return { first: touches[0] ?? null, latest: touches.at(-1) ?? null }
  }

  #touch() {
    const { first } = this.sources
    const { touch, sent } = this.#landing
    if (first && (this.#landed || !sent || !opened())) return
    this.#landed = true
    this.#store.add({ at: this.#now(), touch: this.personal ? touch : unnamed(touch) })
    const { sources = {} } = this.#options
    for (const wanted of [first ? {} : sources.first, sources.latest]) {
      for (const part in wanted) if (touch[part]) this.learn(wanted[part], { value: touch[part] })
    }
  }

  // The playbook

  get playbook() {
    return this.#playbook
  }

  /** Goes on with another playbook; what the visitor did and said stays. */
  use(playbook) {
    this.#loaded = Date.now()
    if (playbook.digest !== this.#playbook?.digest) {
      this.#session?.free()
      this.#session = null
      this.#playbook = playbook
      // It may call personal what was learned before it was there.
      this.#depersonalize()
      this.#lost()
    }
    this.#arrived(this)
  }

  /** Looks for a newer playbook; says whether one is there. */
  async refresh() {
    const before = this.#playbook?.digest
    if (this.consent === 'yes') await this.#load('no-cache')
    return this.#playbook?.digest !== before
  }

  #load(cache) {
    return (this.#loading ??= this.#fetched(cache).then((playbook) => playbook && this.use(playbook))
      .catch((error) => this.#report(error)).finally(() => (this.#loading = null)))
  }

  async #fetched(cache) {
    const { playbook } = this.#options
    if (typeof playbook === 'function') return playbook()
    if (!playbook || playbook.digest) return playbook
    const [{ default: init, Playbook }, response] = await Promise.all([import('./visitor.js'), fetch(playbook, { cache })])
    if (!response.ok) throw new Error(`${playbook} answered ${response.status}`)
    await init()
    return Playbook.load(new Uint8Array(await response.arrayBuffer()))
  }

  /** One `change` for all that happens at once. */
  #changed() {
    if (this.#telling) return
    this.#telling = true
    queueMicrotask(() => {
      this.#telling = false
      this.dispatchEvent(new Event('change'))
    })
  }

  stop() {
    this.#stop.abort()
    this.#store = null
    this.#session?.free()
    this.#session = null
  }
}

/**
 * Makes of a form's text what the playbook wants, or leaves out a property that it doesn't take: `converted`, `left out`, or
 * nothing where neither helps.
 */
function mend(said, error) {
  const [{ code, path } = { path: '' }] = error?.problems ?? []
  const [, part, name = 'value'] = path.split('/')
  const holder = part === 'properties' ? said.properties : part === 'value' ? said : {}
  if (!Object.hasOwn(holder, name)) return null
  const value = holder[name]
  if (code === 'wrong_type' && typeof value === 'string') {
    holder[name] = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value === 'true' || (value !== 'false' && [value])
    return 'converted'
  }
  return part === 'properties' && delete holder[name] ? 'left out' : null
}
