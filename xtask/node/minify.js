// Minifies a script: `node minify.js IN OUT`; with `--bundle` together with all that it imports. With `--node` it is put together with
// what it imports, but for what all entries have in common and the bindings, and stays as it is written.
const { buildSync } = require('esbuild')

const [from, to, bundle] = process.argv.slice(2)
const kinds = {
  // What the tracker loads after consent is an entry of its own.
  '--bundle': { bundle: true, external: ['./visitor.js'], platform: 'browser' },
  '--node': { bundle: true, external: ['./border.js', './glue/full.js'], platform: 'node', minify: false },
}
buildSync({
  entryPoints: [from],
  outfile: to,
  minify: true,
  format: 'esm',
  ...kinds[bundle],
  allowOverwrite: true,
  logLevel: 'error',
})
