// Tells a site's service worker its files, with the hashes of their contents: `node offline.js SITE`.
const { createHash } = require('node:crypto')
const { readFileSync, readdirSync, writeFileSync } = require('node:fs')
const { join, relative, resolve, sep } = require('node:path')

/** What pages ask for; licences and types are for readers of the folder. */
const SERVED = /\.(html|js|css|json|svg|png|woff2|wasm|leadstage|yaml)$/
/** The worker keeps no copy of itself: browsers look after it. */
const OWN = 'offline-worker.js'

const site = resolve(process.argv[2])
const files = {}
let bytes = 0
for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath ?? entry.path, entry.name)
  const path = relative(site, file).split(sep).join('/')
  if (!entry.isFile() || !SERVED.test(path) || path === OWN) continue
  const content = readFileSync(file)
  bytes += content.length
  files[path] = createHash('sha256').update(content).digest('hex').slice(0, 16)
}
const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
// In the worker itself: a browser looks there for what is new.
const worker = join(site, OWN)
writeFileSync(worker, `self.SITE = ${JSON.stringify({ files: sorted })}\n${readFileSync(worker, 'utf8')}`)
console.log(`${Object.keys(sorted).length} files, ${bytes} bytes, are kept for when there is no network`)
