import init, * as glue from './glue/full.js'
import { start } from './leads.js'
import { full } from './full.js'

const wasm = {}
const batch = {}
export { LeadstageError } from './border.js'
export const { Conversation, LeadRecord, Lifecycle, Playbook, Questions, Session, check, compile, schema, verify } = full(wasm, glue, () => batch)

let started
/** Loads the module once: from beside this file, or from a URL, a Response, bytes or a compiled module. */
export default (source) =>
  (started ??= init(source === undefined ? undefined : { module_or_path: source }).then((exports) => {
    Object.assign(wasm, exports)
  }))

let loaded
/** Loads the module for many leads in one call, in the same way. */
export const loadBatch = (source = new URL('./batch.wasm', import.meta.url)) => (loaded ??= start(batch, source))
