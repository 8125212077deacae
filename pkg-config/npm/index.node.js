import { readFileSync } from 'node:fs'
import * as glue from './glue/full.js'
import { full } from './full.js'

const file = (name) => readFileSync(new URL(name, import.meta.url))
// The module for many leads decides on single ones as well, for it is made to be fast; the one with everything is loaded when it is needed.
const wasm = new WebAssembly.Instance(new WebAssembly.Module(file('./batch.wasm'))).exports
let whole
const documents = () => (whole ??= glue.initSync({ module: file('./glue/full_bg.wasm') }))

export { LeadstageError } from './border.js'
export const { Conversation, LeadRecord, Lifecycle, Playbook, Questions, Session, check, compile, schema, verify } = full(wasm, glue, () => wasm, documents)
/** Here it is loaded already. */
export const loadBatch = async () => {}
/** Here the module is loaded already. */
export default async () => {}
