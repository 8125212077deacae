// Bundles the studio of a site: `node studio.js SITE`. Its sources lie in the site already and give way to what is made of them.
const { buildSync } = require('esbuild')
const { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs')
const { join, resolve } = require('node:path')
const { brotliCompressSync } = require('node:zlib')

const site = resolve(process.argv[2])
const app = join(site, 'app')
const sources = join(app, 'studio')
const packages = join(__dirname, 'node_modules')
const made = { studio: join(sources, 'main.js'), 'studio-worker': join(sources, 'worker.js') }
const { metafile } = buildSync({
  entryPoints: made,
  // A folder up, where the modules that it shares with the other pages lie: what they find beside themselves stays there.
  outdir: app,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  external: [join(site, 'leadstage/*')],
  nodePaths: [packages],
  legalComments: 'none',
  logLevel: 'error',
  metafile: true,
})
rmSync(sources, { recursive: true })

// The licences of what is in it go along.
const used = new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean))
const licence = (name) => {
  const folder = join(packages, name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (!file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence to go along`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}
writeFileSync(join(app, 'studio-licences.txt'), [...used].sort().map(licence).join(`\n${'-'.repeat(72)}\n\n`))

for (const name of Object.keys(made)) {
  const bytes = readFileSync(join(app, `${name}.js`))
  console.log(`app/${name}.js: ${bytes.length} bytes, ${brotliCompressSync(bytes).length} after Brotli`)
}
