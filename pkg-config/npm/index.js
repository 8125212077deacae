import { start } from './engine.js'
import { full } from './full.js'

const wasm = {}
export { LeadstageError } from './border.js'
export const { Playbook, Session, check, compile, schema } = full(wasm)

let started
/** Loads the module once: from beside this file, or from a URL, a Response, bytes or a compiled module. */
export default (source = new URL('./full.wasm', import.meta.url)) => (started ??= start(wasm, source))
