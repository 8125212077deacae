import { Playbook as Slim } from './visitor.js'
import type { Answers, BatchOptions, DecidedLead, ExplainedLead, Lead, LinesOptions, Table } from './batch.js'
import type { Problem } from './decision.js'

export { default, LeadstageError, Session } from './visitor.js'
export type * from './batch.js'
export type * from './decision.js'
export type * from './lifecycle.js'
export { LeadRecord, Lifecycle, verify } from './lifecycle.js'
export type * from './conversation.js'
export { Conversation, Questions } from './conversation.js'

/** A checked playbook, ready to decide. */
export class Playbook extends Slim {
  static load(bytes: Uint8Array): Playbook
  /** Reads, checks and compiles a document. @throws {LeadstageError} with all its problems. */
  static parse(document: object | string): Playbook
  /** Decides on JSON Lines, and answers in them, as `leadstage score` does. @throws {LeadstageError} if it is neither text nor bytes. */
  decideLines(lines: string, options?: LinesOptions): string
  decideLines(lines: Uint8Array, options?: LinesOptions): Uint8Array
  /** Decides on many leads; one with problems gets them in its place. @throws {LeadstageError} if it is no list. */
  decideRows(rows: readonly Lead[], options: LinesOptions & { explain: true }): ExplainedLead[]
  decideRows(rows: readonly Lead[], options?: LinesOptions): DecidedLead[]
  /** Decides on a table of columns. @throws {LeadstageError} with the problems of all columns. */
  decideColumns(table: Table, options?: BatchOptions): Answers
}

/** All problems of a playbook document; none when it is good. */
export function check(document: object | string): Problem[]
/** The compiled form, for `leadstage/visitor`. @throws {LeadstageError} with all problems. */
export function compile(document: object | string): Uint8Array
/** The JSON Schema of playbook documents. */
export function schema(): object
/** Loads the module for `decideLines`, `decideRows` and `decideColumns` once; not needed in Node. */
export function loadBatch(source?: string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module): Promise<void>
