import type { Explained, Fact, Instant, LeadEvent, Value } from './decision.js'

export type Command = 'accept' | 'reject' | 'recycle' | 'disqualify' | 'qualify' | 'open_opportunity' | 'win' | 'lose' | 'reopen' | 'own'

interface InputBase {
  /** An input whose id was taken in before is refused: so a sender may safely send again. */
  id?: string
  as_of?: Instant
  /** Random text that keeps what is erased from being guessed by its hash. */
  salt?: string
}
interface InputEvidence extends InputBase {
  facts?: Fact[] | { [attribute: string]: Value | Omit<Fact, 'attribute'> }
  events?: LeadEvent[]
}
/** The roles and queues of whoever acts. */
type By = string | string[]
/** What reaches a record. */
export type Input =
  | (InputEvidence & ({ facts: object } | { events: LeadEvent[] }))
  | (InputEvidence & {
      command: Command
      by: By
      to?: string
      act?: string
      reason?: string
      note?: string
      return_at?: Instant
      owner?: string
      actor?: string
    })
  | (InputEvidence & { status: string; by: By; note?: string; actor?: string; owner?: string })
  | (InputEvidence & { assign: string; by: By; note?: string; actor?: string })
  | (InputEvidence & { start: string; since?: Instant })
  | (InputBase & { tick: true })
  | (InputBase & { merge: { id?: string; journal: Entry[] } })
  | (Omit<InputBase, 'salt'> & { erase: string; by: By })
  | (Omit<InputBase, 'salt'> & { erase: true; by: 'retention' })

/** A move from stage to stage. */
export interface Move {
  at: number
  from: string | null
  to: string
  by: string
  on: Command | null
  act: string | null
  reason: string | null
  note: string | null
  /** Stages that got an inferred date. */
  skipped: string[]
}
export interface Owner {
  role: string | null
  queue: string | null
  name: string | null
}
export type FieldValue = string | number | boolean | null | string[]
/** What is to change in a CRM system. */
export interface CrmChange {
  system: string
  do: 'set' | 'stamp' | 'clear' | 'convert' | 'skip' | 'delete'
  object: string
  field: string | null
  value: FieldValue | { to: string[]; status: string | null }
  inferred: boolean
}
export interface ClockNews {
  stage: string
  what: 'started' | 'met' | 'broken' | 'stopped' | 'ended'
  at: number
  due_at: number
  priority: string | null
  owner: string | null
}
/** What is missing where an input was refused; what else it carries goes by `code`. */
export interface Refusal {
  code:
    | 'no_transition' | 'role' | 'reason_missing' | 'reason_unknown' | 'note_missing'
    | 'return_missing' | 'return_past' | 'return_unexpected' | 'not_identified' | 'criterion'
    | 'evidence_missing' | 're_entry' | 'status_unknown' | 'status_same' | 'status_role'
    | 'duplicate' | 'started' | 'before_start' | 'too_many' | 'merged_twice' | 'erased' | 'not_due'
  to: string | null
  [more: string]: unknown
}
/** What became of an input. */
export interface Answer {
  /** Whether it was taken in; else it was refused, or there was nothing to do. */
  done: boolean
  as_of: number
  record: string | null
  entry: number | null
  refused: Refusal[]
  moves: Move[]
  stage: string | null
  status: string | null
  owner: Owner | null
  crm: CrmChange[]
  clocks: ClockNews[]
  journey: { position: string | null; content: string[] } | null
  /** What a late input changed of what came after it. */
  changed: { taken_back: Move[]; made: Move[]; void: number[]; valid: number[] } | null
  /** When to come back. */
  next_at: number | null
  /** When the retention rule wants it erased, if nothing more happens. */
  erase_at: number | null
}

export interface Clock {
  stage: string
  priority: string | null
  owner: string | null
  escalate: string | null
  started_at: number
  due_at: number
  state: 'running' | 'met' | 'broken' | 'stopped'
  broken_at: number | null
  ended_at: number | null
}
/** How a record stands. */
export interface RecordState {
  id: string | null
  playbook: string
  version: number
  digest: string
  as_of: number | null
  entries: number
  /** The hash of the last entry. */
  head: string
  stage: { name: string; since: number } | null
  status: { name: string; since: number } | null
  owner: Owner | null
  return_at: number | null
  discounts_before: number | null
  identified: boolean
  known: boolean
  journey: { position: string | null; since: number } | null
  stages: {
    [stage: string]: {
      first_entered: number
      inferred: boolean
      last_entered: number | null
      last_left: number | null
      times: number
      spent_ms: number
    }
  }
  clocks: Clock[]
  crm: { [system: string]: { converted_at: number | null; fields: { [field: string]: FieldValue } } }
  merged: { id: string | null; head: string; entries: number }[]
  void: number[]
  facts: number
  events: number
  erased: { at: number; by: string; why: string | null; entry: number } | null
}
interface EntryChain {
  as_of: number
  before: string
  /** The hash of `changed`, `input` and `moves`. */
  content: string
  entry: number
  hash: string
  playbook: string
}
/** An entry of a journal, chained to the one before it. */
export type Entry =
  | (EntryChain & { changed: Answer['changed']; input: object; moves: Move[]; erased?: undefined })
  | (EntryChain & { erased: true })
/** A record with its journal: what a host keeps. */
export interface KeptRecord {
  id?: string | null
  journal: Entry[]
  record?: RecordState
}
/** Whether a journal is as it was written. */
export interface Verdict {
  entries: number
  /** How many of them are erased. */
  erased: number
  head: string
  /** The first entry that is not as it was written. */
  altered: { entry: number; why: 'form' | 'entry' | 'before' | 'hash' | 'erased' | 'head' } | null
}
export interface Duplicates {
  emails: { email: string; keep: string; merge: string[] }[]
  companies: { domain: string; records: string[] }[]
}
/** Which records are counted: those that first reached the stage (without one: began) from the one instant until before the other. */
export interface Cohort {
  stage?: string | null
  from?: Instant | null
  to?: Instant | null
}
/** `records` of `of`. */
export interface Rate {
  to: string
  records: number
  of: number
  permille: number
}
/** How often a command took records off the way. */
export interface Off {
  on: Command
  records: number
  moves: number
  reasons: { reason: string; moves: number }[]
}
/** Conversion from stage to stage. */
export interface Funnel {
  playbook: string
  version: number
  digest: string
  cohort: { stage: string | null; from: number | null; to: number | null }
  records: number
  outside: number
  erased: number
  differing: number
  stages: {
    stage: string
    reached: number
    inferred: number
    now: number
    times: number
    spent: { records: number; lower_ms: number | null; median_ms: number | null; upper_ms: number | null }
    next: Rate[]
    after: Rate[]
    off: Off[]
  }[]
  off: Off[]
}
/** A transition from where a record is. */
export interface Way {
  to: string
  on: Command | null
  act: string | null
  by: string[]
  due: 'return_date' | 'inactivity' | null
  due_at: number | null
  reasons: string[] | null
  note: boolean
  return: boolean
  held_back: boolean
  missing: Refusal[]
}
/** Everything that there is to tell about a record. */
export interface Explanation {
  as_of: number
  utc_offset_ms: number
  record: RecordState
  story: { entry: number; as_of: number; late: boolean; void: boolean; input: object | null; moves: Move[] }[]
  /** In the order of the record's clocks. */
  clocks: { working: boolean; left_ms: number | null }[]
  ways: Way[]
  content: string[]
  next_at: number | null
  erase_at: number | null
}
interface Labelled {
  name: string
  label: string
}
/** Where something came from: the entry, and the record that it was merged from. */
interface Origin {
  entry: number
  merged: string | null
  label: string
}
/** Everything that is held on a record, for the person that it is about. */
export interface RecordExport {
  as_of: number
  id: string | null
  playbook: { name: string; version: number; digest: string }
  stage: (Labelled & { since: number }) | null
  facts: (Origin & Fact & { personal: boolean })[]
  events: (Origin & LeadEvent)[]
  story: {
    entry: number
    as_of: number
    void: boolean
    moves: (Omit<Move, 'from' | 'to' | 'reason' | 'skipped'> & { from: Labelled | null; to: Labelled; reason: Labelled | null; skipped: Labelled[] })[]
    input: object | null
  }[]
  decision: Explained | null
  record: RecordState
  erase_at: number | null
}

/** One lead with its journal. */
export class LeadRecord {
  private constructor()
  readonly id: string | null
  state(): RecordState
  /** The state's exact bytes. */
  stateText(): string
  /** One entry a line. */
  journal(): string
  /** What a host keeps, for `restore`. */
  kept(): KeptRecord
  keptText(): string
  explain(asOf: Instant): Explanation
  /** Everything that is held on it, for the person that it is about. */
  export(asOf: Instant): RecordExport
  /** The explained decision on it. */
  decide(asOf: Instant): Explained
  /** Gives the memory back at once; otherwise it is given back with the object. */
  free(): void
}

/** A checked playbook with everything that moves records. */
export class Lifecycle {
  private constructor()
  /** @throws {LeadstageError} with all problems of the document. */
  static parse(document: object | string): Lifecycle
  readonly name: string
  readonly version: number
  readonly digest: string
  /** A record without entries. */
  record(id?: string): LeadRecord
  /** A record as it was kept. @throws {LeadstageError} `altered` where its journal is not as it was written. */
  restore(kept: KeptRecord | string): { record: LeadRecord; differences: number[]; same: boolean | null }
  /** A record made again from its journal. @throws {LeadstageError} `altered` as well. */
  replay(journal: string | Entry[], id?: string): { record: LeadRecord; differences: number[]; same: null }
  /** Takes an input in, or refuses it and changes nothing. @throws {LeadstageError} on bad input. */
  advance(record: LeadRecord, input: Input, asOf?: Instant): Answer
  /** The answer's exact bytes. */
  advanceText(record: LeadRecord, input: Input, asOf?: Instant): string
  /** Merges the other record's journal into a record; the other one takes no more part. */
  merge(record: LeadRecord, other: LeadRecord, asOf: Instant): Answer
  /** Records of the same person, and of the same company. */
  dedupe(records: LeadRecord[]): Duplicates
  /** Counts how records went from stage to stage; each is to be given once. @throws {LeadstageError} with the place of the record that can't be counted. */
  funnel(records: (LeadRecord | KeptRecord | string)[], cohort?: Cohort): Funnel
  /** As the function `verify`. */
  verify(journal: string | Entry[], head?: string): Verdict
}

/** Looks whether a journal is as it was written; with the last hash known, entries that were cut off show. */
export function verify(journal: string | Entry[], head?: string): Verdict
