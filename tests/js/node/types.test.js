import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cases } from '../support/dist.js'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** Runs TypeScript over a text that may import the package. */
function compile(text) {
  // Beside the packages, so that the import finds them.
  const folder = join(modules, '.leadstage-types')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'decisions.ts')
  writeFileSync(file, text)
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--strict', '--noEmit', '--module', 'nodenext', '--lib', 'es2022,dom', file], { encoding: 'utf8' })
  return { status, stdout }
}

const program = (brief, explained) => `import type { Decision, Explained } from 'leadstage/visitor'
export const brief: Decision[] = [${brief.join(',\n')}]
export const explained: Explained[] = [${explained.join(',\n')}]\n`

test('the declared types are those of real decisions: no key is missing and none is undeclared', () => {
  const all = cases()
  const { status, stdout } = compile(program(all.map(({ brief }) => brief), all.map(({ explained }) => explained)))
  assert.equal(stdout, '')
  assert.equal(status, 0)
})

test('a key that is not declared would be found', () => {
  const [{ brief, explained }] = cases()
  const more = explained.replace('"set_aside":{', '"set_aside":{"undeclared":1,')
  assert.match(compile(program([brief], [more])).stdout, /undeclared/)
  const less = explained.replace(/"as_of":-?\d+,/, '')
  assert.match(compile(program([brief], [less])).stdout, /as_of/)
})
