import { readFileSync } from 'node:fs'
import { engine } from './engine.js'

// The same as `visitor.wasm`, made with less regard to its size.
const module = new WebAssembly.Module(readFileSync(new URL('./node.wasm', import.meta.url)))

export { LeadstageError } from './border.js'
export const { Playbook, Session } = engine(new WebAssembly.Instance(module).exports)
/** Here the module is loaded already. */
export default async () => {}
