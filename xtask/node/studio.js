// Bundles the studio of a site: `node studio.js SITE`. Its sources lie in the site already and give way to what is made of them.
const { buildSync } = require('esbuild')
const { readFileSync, rmSync } = require('node:fs')
const { join, resolve } = require('node:path')
const { brotliCompressSync } = require('node:zlib')

const site = resolve(process.argv[2])
const app = join(site, 'app')
const sources = join(app, 'studio')
const made = { studio: join(sources, 'main.js'), 'studio-worker': join(sources, 'worker.js') }
buildSync({
  entryPoints: made,
  // A folder up, where the modules that it shares with the other pages lie: what they find beside themselves stays there.
  outdir: app,
  bundle: true,
  minify: !process.env.PLAIN,
  format: 'esm',
  target: 'es2022',
  external: [join(site, 'leadstage/*')],
  nodePaths: [join(__dirname, 'node_modules')],
  legalComments: 'none',
  logLevel: 'error',
})
rmSync(sources, { recursive: true })
for (const name of Object.keys(made)) {
  const bytes = readFileSync(join(app, `${name}.js`))
  console.log(`app/${name}.js: ${bytes.length} bytes, ${brotliCompressSync(bytes).length} after Brotli`)
}
