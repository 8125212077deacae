import { readFileSync } from 'node:fs'
import * as glue from './glue/full.js'
import { full } from './full.js'

const file = (name) => readFileSync(new URL(name, import.meta.url))
const wasm = glue.initSync({ module: file('./glue/full_bg.wasm') })
/** The module for many leads at once, which is made to be fast and not to be small. */
const fast = () => new WebAssembly.Instance(new WebAssembly.Module(file('./batch.wasm'))).exports

export { LeadstageError } from './border.js'
export const { Conversation, LeadRecord, Lifecycle, Playbook, Questions, Session, check, compile, schema, verify } = full(wasm, glue, fast)
/** Here the module is loaded already. */
export default async () => {}
