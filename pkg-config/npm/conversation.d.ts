import type { Evidence, Explained, Fact, Instant } from './decision.js'

/** A question, why it was picked, and what is to be expected. */
export interface Picked {
  attribute: string
  method: 'exact' | 'heuristic'
  /** From here on, this question among them. */
  expected_questions: number
  at_most: number
  expected_cost: number
  /** No way of asking costs less. */
  no_less_than: number
  /** After so many of so many answers the route is decided; `share` is how often one of them is given. */
  decides: { answers: number; of: number; share: number }
  /** The same in a sentence. */
  why: string
}
interface Put {
  text: string
  /** None: anything of the type may be said. */
  answers: string[]
  /** Several of them may be chosen. */
  multiple?: true
}
export interface AskTurn extends Put {
  ask: Picked
}
/** The same question once more: the answer was not understood. */
export interface AgainTurn extends Put {
  again: string
  message: string
}
export interface EndTurn {
  end: 'settled' | 'nothing_to_ask' | 'handed_over'
  route: string | null
  settled: boolean
}
/** What is to be said next. */
export type PlannedTurn = AskTurn | AgainTurn | EndTurn

/** A conversation as it is kept: plain data, to go on with at any time and over any channel. */
export interface ConversationState {
  conversation: 1
  playbook: string
  /** What was said, in order; of facts of one source the later counts. */
  facts: (Pick<Fact, 'attribute' | 'value' | 'range' | 'any_of'> & { source: string; at?: number; words?: string })[]
  asked: { attribute: string; tries: number } | null
  passed: { attribute: string; why: 'answered' | 'declined' | 'skipped' }[]
  handed_over: boolean
}

export type QuestionTree =
  | { ask: Picked; text: string; branches: { answer: string; share: number; then: QuestionTree }[] }
  | { route: string | null; settled: boolean }
  | { more: true }

export interface ConversationOptions {
  /** What is known besides what is said. */
  evidence?: Evidence
  /** The instant of each step, or what tells it; the clock, if nothing is said. */
  asOf?: Instant | (() => Instant)
  /** A conversation to go on with. */
  state?: ConversationState | string | null
  /** So often a question is put before it is given up (2). */
  tries?: number
  /** Whether a person takes over then; else something else is asked. */
  handOver?: boolean
}

/** A conversation that leads to the route; it may be given to `<leadstage-chat>` as it is. */
export class Conversation {
  private constructor()
  /** What is to be said now: the question that waits, if it still matters, the next one, or the end. */
  next(): PlannedTurn
  /** Takes an answer: words, the label of an answer, or a list of labels. `id` is the attribute. @throws {LeadstageError} where there is no such attribute. */
  answer(id: string, value: string | number | boolean | string[]): PlannedTurn
  /** Another answer to a question that was answered before; the earlier one stays in the state. */
  correct(id: string, value: string | number | boolean | string[]): PlannedTurn
  /** The question is not asked again. */
  decline(id: string): PlannedTurn
  /** Takes a value for any attribute, asked or not; what to say to the visitor where it is not understood, else null. */
  tell(id: string, value: string | number | boolean): string | null
  /**
   * Takes the arguments of a language model's call of `record_facts`, all or none.
   * @throws {LeadstageError} with all problems, `bad_quote` where a quote is not in what the visitor wrote.
   */
  infer(found: object | string, wrote: string[]): this
  /** Puts other evidence in place of what is known besides. */
  know(evidence: Evidence): this
  state(): ConversationState
  stateText(): string
  /** The explained decision on all that is known. */
  decide(): Explained
  /** Gives the memory back at once; otherwise it is given back with the object. */
  free(): void
}

/** The questions of a playbook. */
export class Questions {
  private constructor()
  /** @throws {LeadstageError} with all problems of the document. */
  static parse(document: object | string): Questions
  readonly name: string
  readonly version: number
  readonly digest: string
  /** @throws {LeadstageError} on evidence or a state that doesn't fit the playbook. */
  conversation(options?: ConversationOptions): Conversation
  /** The next question on this evidence, or the end; `passed` are not to be asked. */
  next(evidence: Evidence, asOf: Instant, passed?: string[]): AskTurn | EndTurn
  /** The whole question tree. */
  tree(evidence: Evidence, asOf: Instant): QuestionTree
  /** The same as lines for people, for Graphviz, or as a picture (SVG). */
  treeText(evidence: Evidence, asOf: Instant, form?: 'text' | 'dot' | 'svg' | 'json'): string
  /** Tools for a language model's function calling. */
  tools(dialect?: 'plain' | 'openai' | 'anthropic'): object[]
}
