import type { Decision, Evidence, Explained, Fact, InStage, Instant, LeadEvent, Problem } from './decision.js'

export type * from './decision.js'

/** Everything that is wrong with an input. */
export class LeadstageError extends Error {
  readonly problems: Problem[]
}

/** A checked playbook, ready to decide. */
export class Playbook {
  protected constructor()
  /** Loads the compiled form. @throws {LeadstageError} if it isn't one. */
  static load(bytes: Uint8Array): Playbook
  readonly name: string
  readonly version: number
  /** SHA-256 of the canonical form, in hex. */
  readonly digest: string
  /** The attributes with `personal: true`: they leave the browser only with consent. */
  readonly personal: readonly string[]
  /** A lead of which nothing is known. */
  session(): Session
  /** The explained decision. @throws {LeadstageError} on bad evidence. */
  evaluate(evidence: Evidence, asOf: Instant): Explained
  /** The explained decision's exact bytes. */
  evaluateText(evidence: Evidence, asOf: Instant): string
  /** The brief decision's exact bytes. */
  decideText(evidence: Evidence, asOf: Instant): string
}

/** One lead whose facts and events come in one by one. */
export class Session {
  private constructor()
  learn(fact: Fact): this
  track(event: LeadEvent): this
  /** Says which stage the record is in. */
  enter(stage: InStage): this
  /** Puts other evidence in place of what is known. */
  load(evidence: Evidence): this
  clear(): this
  decide(asOf: Instant): Decision
  explain(asOf: Instant): Explained
  decideText(asOf: Instant): string
  explainText(asOf: Instant): string
  /** Gives the memory back at once; otherwise it is given back with the object. */
  free(): void
}

type Source = string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module
/** Loads the module once; does nothing in Node, where it is loaded already. */
export default function init(source?: Source): Promise<void>
