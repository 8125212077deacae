// `leadstage/visitor` as a page has it. Node takes another module and another border by that name.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const wasm = createRequire(import.meta.url).resolve('leadstage/visitor.wasm')
const page = await import(pathToFileURL(join(dirname(wasm), 'visitor.js')))
await page.default(readFileSync(wasm))
export const { Playbook, Session, LeadstageError } = page
