// Minifies a script: `node minify.js IN OUT`; with `--bundle` together with all that it imports.
const { buildSync } = require('esbuild')

const [from, to, bundle] = process.argv.slice(2)
buildSync({
  entryPoints: [from],
  outfile: to,
  bundle: bundle === '--bundle',
  // What the tracker loads after consent is an entry of its own.
  external: bundle === '--bundle' ? ['./visitor.js'] : undefined,
  minify: true,
  format: 'esm',
  platform: bundle === '--bundle' ? 'browser' : undefined,
  allowOverwrite: true,
  logLevel: 'error',
})
