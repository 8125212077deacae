import { readFileSync } from 'node:fs'
import * as glue from './glue/full.js'
import { full } from './full.js'

const wasm = glue.initSync({ module: readFileSync(new URL('./glue/full_bg.wasm', import.meta.url)) })

export { LeadstageError } from './border.js'
export const { Conversation, LeadRecord, Lifecycle, Playbook, Questions, Session, check, compile, schema, verify } = full(wasm, glue)
/** Here the module is loaded already. */
export default async () => {}
