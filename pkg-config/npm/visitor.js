//# allFunctionsCalledOnLoad
import { engine } from './engine-page.js'
import { start } from './leads.js'

const wasm = {}
export { LeadstageError } from './border.js'
export const { Playbook, Session } = engine(wasm)

let started
/** Loads the module once: from beside this file, or from a URL, a Response, bytes or a compiled module. */
export default (source = new URL('./visitor.wasm', import.meta.url)) => (started ??= start(wasm, source))
