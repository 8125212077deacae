import type { Evidence, Instant } from './decision.js'
import type { Playbook } from './visitor.js'

export interface ReceiptOptions {
  /** The text that the server gave out, for this playbook. */
  challenge: string
  /** What the decision is on; `id` is left out. */
  evidence?: Evidence
  /** The instant of the decision; now by default. */
  asOf?: Instant
  /** What is personal besides the attributes with `personal: true` in the playbook; where it is missing, all of `contact`. */
  personal?: string[]
  /** Whether the visitor agreed to personal attributes leaving the browser; no by default. Without it they are left out. */
  agreed?: boolean
}

/** The attributes of which `receipt` leaves the facts out, sorted. */
export function withheld(playbook: Playbook, options: Pick<ReceiptOptions, 'evidence' | 'personal' | 'agreed'>): string[]

/** The receipt to send to the server, as text: the evidence that may leave the browser, and the decision on it. */
export function receipt(playbook: Playbook, options: ReceiptOptions): Promise<string>
