/** Milliseconds since the Unix epoch, a Date, or RFC 3339 text. */
export type Instant = number | Date | string
/** A fact's or property's value: what the playbook declares. Dates are written `2026-11-22`. */
export type Value = boolean | number | string | string[]

/** What is known of one lead. */
export interface Evidence {
  id?: string
  stage?: InStage
  facts?: Fact[] | Record<string, Value | Omit<Fact, 'attribute'>>
  events?: LeadEvent[]
}
export interface InStage {
  name: string
  since?: Instant
}
/** One observation of an attribute: exactly one of `value`, `range` and `any_of`. */
export interface Fact {
  attribute: string
  value?: Value
  range?: [low: number | null, high: number | null]
  any_of?: string[]
  source?: string
  by?: string
  at?: Instant
  /** A form default that nobody touched; never counts. */
  default?: boolean
}
/** One occurrence of a signal. */
export interface LeadEvent {
  signal: string
  at: Instant
  id?: string
  properties?: Record<string, Value>
  /** By a bot or a mail scanner; never scores. */
  automated?: boolean
}
export interface Problem {
  code: string
  /** JSON Pointer. */
  path: string
  line?: number
  column?: number
  message: string
  help: string
}

/** What the playbook says about a lead at an instant. */
export interface Decision<G = Gate, S = Score, R = Route> {
  playbook: string
  version: number
  digest: string
  as_of: number
  scores: Record<string, S>
  grade: { value: string | null; settled: boolean } | null
  icp: { tier: string | null; settled: boolean } | null
  persona: { name: string | null; settled: boolean } | null
  readiness: Readiness | null
  segments: Record<string, { in: boolean; settled: boolean }>
  gates: Record<string, G>
  stage: { from: string; to: string; moves: { from: string; to: string }[]; settled: boolean } | null
  route: R | null
  set_aside: { facts: FactAside[]; events: EventAside[] }
}
/** A decision with ledgers, what is missing, and when things change. */
export type Explained = Decision<ExplainedGate, ExplainedScore, ExplainedRoute>

export interface Score {
  value: number
  /** The least that it may become when what is unknown is known. */
  low: number
  /** The most. */
  high: number
  band: string | null
}
export interface ExplainedScore extends Score {
  /** Lines that add up to the value. */
  ledger: Line[]
}
export interface Line {
  line: 'rule' | 'period' | 'decay' | 'rule_cap' | 'group_cap' | 'score_cap'
  group?: string
  rule?: number
  events?: number
  points: number
}
export interface Readiness {
  framework: string
  met: string[]
  unmet: string[]
  unknown: string[]
  ready: boolean
  settled: boolean
}
export interface Gate {
  open: boolean
  /** Whether no answer can change it. */
  settled: boolean
  by: 'enter' | 'stay'
}
export interface ExplainedGate extends Gate, Forecast {
  missing: Missing | null
}
export interface Missing {
  criteria: ('met' | 'unmet' | 'unknown')[]
  facts: { attribute: string; opens: boolean }[]
  events: { signal: string; properties: Record<string, Value>; times: number; until: number | null; steady_until?: number }[]
}
export interface Forecast {
  flips_at: number | null
  steady_until?: number
}
export interface Route {
  then: string | null
  settled: boolean
}
export interface ExplainedRoute extends Route, Forecast {
  flips_to: string | null
}
export interface FactAside {
  attribute: string
  source: string
  why: 'default' | 'not_allowed' | 'future' | 'outranked'
}
export interface EventAside {
  /** Its id, or its place in the evidence. */
  event: string | number
  why: 'duplicate' | 'automated' | 'future'
}
