import init, * as glue from './glue/visitor.js'
import { engine } from './engine.js'

export { LeadstageError } from './border.js'
export const { Playbook, Session } = engine(glue)

let started
/** Loads the module once: from beside this file, or from a URL, a Response, bytes or a compiled module. */
export default (source) => (started ??= init(source === undefined ? undefined : { module_or_path: source }).then(() => {}))
