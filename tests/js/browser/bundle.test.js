import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { engines, files } from '../support/browsers.js'
import { dist } from '../support/dist.js'

test('an app that Vite builds from the package works in a page', { timeout: 120_000 }, async () => {
  const outDir = join(dist, 'app')
  await build({
    root: fileURLToPath(new URL('../app', import.meta.url)),
    base: './',
    logLevel: 'error',
    configFile: false,
    build: { outDir, emptyOutDir: true, target: 'es2022' },
  })
  const modules = readdirSync(join(outDir, 'assets')).filter((name) => name.endsWith('.wasm'))
  assert.deepEqual(modules.map((name) => name.split('-')[0]).sort(), ['batch', 'full_bg', 'visitor'], 'each entry brings its modules')
  for (const { name, program, open } of engines) {
    const browser = await open(program)
    try {
      assert.deepEqual(await browser.visit(`${files}/app/index.html`, 60_000), { before: 'wait', after: 'talk', tracked: [true, 1], early: 'unavailable', lines: ['talk', 'wait'] }, name)
    } finally {
      await browser.close()
    }
  }
})
