import { readFileSync } from 'node:fs'
import * as glue from './glue/full.js'
import { full } from './full.js'

const file = (name) => readFileSync(new URL(name, import.meta.url))
const wasm = glue.initSync({ module: file('./glue/full_bg.wasm') })
const batch = () => new WebAssembly.Instance(new WebAssembly.Module(file('./batch.wasm'))).exports

export { LeadstageError } from './border.js'
export const { Conversation, LeadRecord, Lifecycle, Playbook, Questions, Session, check, compile, schema, verify } = full(wasm, glue, batch)
/** It is loaded when it is needed. */
export const loadBatch = async () => {}
/** Here the module is loaded already. */
export default async () => {}
