type Soon<T> = T | Promise<T>

/** An answer to choose: its label, and what is given to the conversation for it (the label, if nothing else is said). */
export type Choice = string | { label: string; value?: unknown }

interface Question {
  text: string
  /** None: anything may be typed. */
  answers?: Choice[]
  /** Several may be chosen; the answer is a list. */
  multiple?: boolean
  /** What may be typed. */
  input?: 'text' | 'number' | 'date' | 'email' | 'tel' | 'url'
  /** Why it is asked, in words; else made of `decides`. */
  because?: string
}

/** A question. */
export interface Ask extends Question {
  ask: {
    attribute: string
    /** No more than so many questions from here on, this one among them. */
    at_most?: number
    /** After so many of so many answers the route is settled. */
    decides?: { answers: number; of: number }
  }
}

/** The same once more, where the answer was not understood. */
export interface Again extends Question {
  /** The attribute. */
  again: string
  message: string
}

export interface End {
  end: 'settled' | 'nothing_to_ask' | 'handed_over'
  route: string | null
  settled: boolean
}

export type Turn = Ask | Again | End

/** What leads: the planner of `leadstage`, a server, or anything else. Each call answers with what is to be said next. */
export interface Conversation {
  next(): Soon<Turn>
  /** `id` is the attribute. */
  answer(id: string, value: unknown): Soon<Turn>
  /** Another answer to a question that was answered before. */
  correct(id: string, value: unknown): Soon<Turn>
  decline(id: string): Soon<Turn>
}

/** Every text of its own that the element shows; `{0}` and `{1}` stand for numbers. */
export interface Texts {
  title: string
  send: string
  skip: string
  skipped: string
  none: string
  change: string
  keep: string
  why: string
  decides: string
  matters: string
  most: string
  end: string
  handed_over: string
  failed: string
  retry: string
  yourAnswer: string
}

export class LeadstageChat extends HTMLElement {
  /** Begins when it is set. */
  conversation: Conversation | null
  get texts(): Texts
  set texts(texts: Partial<Texts>)
  /** Begins anew. */
  restart(): void
}

declare global {
  interface HTMLElementTagNameMap {
    'leadstage-chat': LeadstageChat
  }
  interface HTMLElementEventMap {
    'leadstage-answer': CustomEvent<{ id: string; value?: unknown }>
    'leadstage-end': CustomEvent<End>
    'leadstage-error': CustomEvent<{ error: unknown }>
  }
}
