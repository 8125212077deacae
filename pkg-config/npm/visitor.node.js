import { readFileSync } from 'node:fs'
import * as glue from './glue/visitor.js'
import { engine } from './engine.js'

glue.initSync({ module: readFileSync(new URL('./glue/visitor_bg.wasm', import.meta.url)) })

export { LeadstageError } from './border.js'
export const { Playbook, Session } = engine(glue)
/** Here the module is loaded already. */
export default async () => {}
