// Writes the JSON Schema of playbooks into the package: `node schema.mjs FOLDER`.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = resolve(process.argv[2])
const { schema } = await import(pathToFileURL(join(folder, 'index.node.js')))
writeFileSync(join(folder, 'playbook.schema.json'), `${JSON.stringify(schema(), null, 2)}\n`)
