import { readFileSync } from 'node:fs'
import { full } from './full.js'

const module = new WebAssembly.Module(readFileSync(new URL('./full.wasm', import.meta.url)))

export { LeadstageError } from './border.js'
export const { Playbook, Session, check, compile, schema } = full(new WebAssembly.Instance(module).exports)
/** Here the module is loaded already. */
export default async () => {}
