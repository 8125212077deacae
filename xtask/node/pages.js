// Puts the parts that pages share into them: `node pages.js SITE`. A page says `<!-- head -->`, `<!-- top -->` and `<!-- foot -->`;
// `<!-- top, at pricing.html -->` marks that link as the one where the reader is.
const { createHash } = require('node:crypto')
const { readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs')
const { join, resolve } = require('node:path')

const site = resolve(process.argv[2])
const parts = join(site, 'parts')
const read = (...path) => readFileSync(join(site, ...path), 'utf8')

function part(name, at) {
  const text = read('parts', `${name}.html`).trimEnd()
  const link = `href="./${at}"`
  if (at && !text.includes(link)) throw new Error(`parts/${name}.html has no link ${link}`)
  return at ? text.replace(link, `${link} aria-current="page"`) : text
}

/** A style that has changed has another address: Firefox would take the one that it has for another page, whoever serves it. */
const stamp = (path) => `${path}?${createHash('sha256').update(read(path)).digest('hex').slice(0, 8)}`

for (const name of readdirSync(site).filter((entry) => entry.endsWith('.html'))) {
  const page = read(name)
    .replace(/^<!-- (\w+)(?:, at (\S+))? -->$/gm, (_, shared, at) => part(shared, at))
    .replace(/(?<=<link rel="stylesheet" href="\.\/)[^"?]+/g, stamp)
  writeFileSync(join(site, name), page)
}
rmSync(parts, { recursive: true })
