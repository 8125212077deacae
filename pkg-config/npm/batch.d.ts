import type { Decision, Evidence, Explained, Instant, Problem, Value } from './decision.js'

export interface BatchOptions {
  /** The instant of every decision; without it a lead's own `as_of` holds, and where it has none, now. */
  asOf?: Instant
}
export interface LinesOptions extends BatchOptions {
  /** Also ledgers, what is missing, and when things change. */
  explain?: boolean
}

/** Evidence that may say as of when it is decided on. */
export interface Lead extends Evidence {
  as_of?: Instant
}
/** What a lead comes to: its id, or the number of its row. */
export type DecidedLead<D = Decision> = { id: string | number; decision: D; problems?: undefined } | { id: string | number; decision?: undefined; problems: Problem[] }
export type ExplainedLead = DecidedLead<Explained>

/** Codes, offsets, and zeros and ones. */
export type Whole = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
export type Numbers = Whole | Float64Array

/** Codes are places among the values; −1, and 0 in `known`, say that nothing is known. */
export interface Coded<V> {
  values: readonly V[]
  codes: Whole
  known?: Uint8Array
}
export interface Numeric {
  numbers: Numbers
  /** How many decimal places whole numbers have; none by default. */
  places?: number
  known?: Uint8Array
}
/** One entry for each row. */
export type FactColumn = (Coded<Value | { range: [number | null, number | null] } | { any_of: string[] }> | Numeric) & {
  source?: string
  by?: string
  at?: Instant | Numbers
  default?: boolean | Whole
}
export type StageColumn = Coded<string> & { since?: Numbers }
/** Many leads. */
export interface Table {
  rows: number
  /** When each is decided on. */
  as_of?: Numbers
  /** Of several columns the last that knows it. */
  stage?: StageColumn | StageColumn[]
  facts?: Record<string, FactColumn> | (FactColumn & { attribute: string })[]
  events?: EventColumns
}
/** One entry for each event, all events of a row together. */
export interface EventColumns {
  /** Where the events of each row start, and the end of the last: one more than there are rows. */
  offsets: Whole
  signals: readonly string[]
  codes: Whole
  at: Numbers
  automated?: Whole
  ids?: Coded<string>
  /** By signal and property; entries at events of other signals are not looked at. */
  properties?: Record<string, Record<string, Coded<Value> | Numeric>>
}

/** A name for each row: its place among the names, −1 for none. */
export interface NamedAnswers {
  names: string[]
  code: Int8Array | Int16Array
  /** 1 where no answer can change it. */
  settled: Int8Array
}
/** Decisions on many leads, one entry for each row. Parts that the playbook has not are missing. */
export interface Answers {
  playbook: string
  version: number
  digest: string
  rows: number
  /** Points in thousandths. */
  scores: Record<string, { value: Float64Array; low: Float64Array; high: Float64Array; bands: string[]; band: Int8Array }>
  grade?: NamedAnswers
  icp?: NamedAnswers
  persona?: NamedAnswers
  /** Criteria: 0 unmet, 1 unknown, 2 met. */
  readiness?: { framework: string; criteria: Record<string, Int8Array>; ready: Int8Array; settled: Int8Array }
  segments: Record<string, { in: Int8Array; settled: Int8Array }>
  /** Open and settled: 1 yes, 0 no, −1 where the stage has no gate for this lead. `stay`: whether it is the one for staying. */
  gates: Record<string, { open: Int8Array; stay: Int8Array; settled: Int8Array }>
  /** From where to where, after so many moves; −1 where a record is in no stage. */
  stage?: { names: string[]; from: Int8Array; to: Int8Array; moves: Int8Array; settled: Int8Array }
  route?: NamedAnswers
  /** How many facts and events don't count. */
  set_aside: { facts: Uint32Array; events: Uint32Array }
}
