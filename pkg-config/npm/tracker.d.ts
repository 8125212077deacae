import type { Decision, Evidence, Fact, LeadEvent, Value } from './decision.js'
import type { Playbook, Session } from './visitor.js'

export interface TrackerOptions {
  /** Where the compiled playbook is, or the playbook, or what gives it. Asked for after consent only. */
  playbook: string | URL | Playbook | (() => Playbook | Promise<Playbook>)
  /** What the keys in the browser's storage begin with; `leadstage` by default. Two trackers of one page need two names. */
  name?: string
  /** Page views, as signal `page_view` with property `path`. `search` and `hash` make what follows `?` and `#` part of the path. */
  pages?: boolean | { search?: boolean; hash?: boolean }
  /** Clicks on what is marked `data-lead-signal`. */
  clicks?: boolean
  /** Links to files, as signal `download`. */
  downloads?: boolean
  /** Fields that are marked `data-lead-attribute`. */
  forms?: boolean
  /** Percentages of a page, as signal `scroll` with property `percent`. Not watched by default. */
  scroll?: number[]
  /** Seconds in sight, as signal `dwell` with property `seconds`. Not watched by default. */
  dwell?: number[]
  /** Attributes that need consent of their own, besides those with `personal: true` in the playbook; by default all of `contact`. */
  personal?: string[]
  /** Attributes that the first and the latest source fill. */
  sources?: { first?: Record<string, string>; latest?: Record<string, string> }
  /** Other hosts of the same owner: coming from there is not coming from elsewhere. */
  hosts?: string[]
  /** Changes an event before it counts; nothing leaves it out. */
  adjust?: (event: TrackedEvent, element?: Element) => TrackedEvent | null | undefined | void
  /** So many milliseconds an event is kept; 395 days by default. */
  keep?: number
  /** The size that is never exceeded: 500 entries and 100,000 characters by default. */
  most?: { entries?: number; characters?: number }
  /** After so many milliseconds a playbook is looked for again when the page comes into view; an hour by default. */
  refresh?: number
  /** Gets a message for each event of this tab. */
  dataLayer?: { push(message: DataLayerMessage): unknown }
  /** Hears what went wrong; the page never does. */
  onproblem?: (error: unknown) => void
}

export interface TrackedEvent {
  signal: string
  at: number
  properties?: Record<string, Value>
  automated?: boolean
}

export interface DataLayerMessage {
  /** `leadstage_` and the signal. */
  event: string
  leadstage: TrackedEvent
}

/** Where a visitor came from: `utm_…` as they were given, `referrer` (its host), `landing` (the path), `click` (the click id's name). */
export interface Touch {
  at: number
  landing: string
  referrer?: string
  click?: string
  [part: string]: string | number | undefined
}

export interface Scope {
  /** Consent to personal attributes as well. */
  personal?: boolean
  /** The visitor says yes although the browser says no. */
  despite?: boolean
}

/** Tracks a visitor after consent. Tells `change` when there is something new to decide on. */
export class Tracker extends EventTarget {
  constructor(options: TrackerOptions)
  /** `null`: nobody was asked yet. */
  readonly consent: 'yes' | 'no' | null
  /** What the browser says for the visitor: Global Privacy Control or Do Not Track. */
  readonly optOut: 'gpc' | 'dnt' | null
  readonly personal: boolean
  /** Whether a reload would find everything. */
  readonly persistent: boolean
  /** Whether events are taken for a program's: a driven browser, or nobody touched anything so far. */
  readonly automated: boolean
  readonly playbook: Playbook | null
  /** Done when the first playbook is there. */
  readonly ready: Promise<Tracker>
  readonly sources: { first: Touch | null; latest: Touch | null }
  /** The session with all that is known; null without consent or playbook. Not to be kept: it may be another one later. */
  readonly session: Session | null
  /** Says whether it is tracked now: no where the browser says no, unless `despite` that. */
  agree(scope?: Scope): boolean
  /** The visitor's no: deletes everything, in every tab. */
  withdraw(): void
  /** Counts an event of now; says whether it was taken. */
  track(signal: string, properties?: Record<string, Value>): boolean
  /** Learns a fact of now; says whether it was taken. */
  learn(attribute: string, known: Omit<Fact, 'attribute' | 'at'>): boolean
  /** Counts a form that is marked `data-lead-manual`. */
  submit(form: HTMLFormElement): void
  decide(asOf?: number): Decision | null
  /** What a server takes: without personal attributes unless the visitor agreed to them. */
  evidence(): { facts: Fact[]; events: LeadEvent[] } & Evidence
  /** Goes on with another playbook. */
  use(playbook: Playbook): void
  /** Looks for a newer playbook; says whether there is one. */
  refresh(): Promise<boolean>
  /** Ends tracking and takes every listener back. What is stored stays. */
  stop(): void
}
