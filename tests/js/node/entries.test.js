import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { corpus, dist, root } from '../support/dist.js'

const require = createRequire(import.meta.url)
const packed = readdirSync(join(dist, 'npm/packed')).map((name) => join(dist, 'npm/packed', name))
const use = `
  const playbook = Playbook.load(new Uint8Array(require('node:fs').readFileSync(${JSON.stringify(join(corpus, 'acme.leadstage'))})))
  const decision = playbook.session().track({ signal: 'demo_request', at: 0 }).decide(1)
  console.log(decision.playbook, decision.route.then)`

describe('the packed package, installed elsewhere', () => {
  let folder
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'leadstage-'))
    execFileSync('npm', ['init', '-y'], { cwd: folder, stdio: 'ignore' })
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...packed], { cwd: folder })
  })
  after(() => rmSync(folder, { recursive: true }))

  const run = (kind, script) => execFileSync('node', [`--input-type=${kind}`, '-e', script], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

  for (const entry of ['leadstage', 'leadstage/visitor']) {
    it(`${entry} can be imported`, () => {
      const script = `import { createRequire } from 'node:module'
        import init, { Playbook } from '${entry}'
        const require = createRequire(import.meta.url)
        await init()
        ${use}`
      assert.match(run('module', script), /^acme-b2b \w+$/)
    })
    it(`${entry} can be required`, () => {
      assert.match(run('commonjs', `const { Playbook } = require('${entry}')\n${use}`), /^acme-b2b \w+$/)
    })
  }

  it('lets a server import what is for pages', () => {
    const script = `import { Tracker } from 'leadstage/tracker'
      import { LeadstageChat } from 'leadstage/chat'
      import { receipt } from 'leadstage/receipt'
      if (typeof receipt !== 'function') throw new Error('no receipt')
      console.log(typeof Tracker, typeof LeadstageChat, new Tracker({ playbook: '/acme.leadstage' }).consent)`
    assert.equal(run('module', script), 'function function null')
  })

  it('gives both modules by their names', () => {
    for (const name of ['visitor.wasm', 'full.wasm']) {
      const file = run('commonjs', `console.log(require.resolve('leadstage/${name}'))`)
      assert.ok(WebAssembly.validate(readFileSync(file)), name)
    }
  })

  it('keeps its inside to itself', () => {
    assert.throws(() => run('commonjs', "require('leadstage/engine.js')"), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })
})

describe('what is in the package', () => {
  const folder = join(root, 'tests/js/node_modules/leadstage')
  const manifest = require('leadstage/package.json')

  it('has the version of the crate', () => {
    const crate = /\[package\][^[]*?\nversion = "([^"]+)"/.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1]
    assert.equal(manifest.version, crate)
  })

  it('has every file that it exports', () => {
    const named = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
    for (const name of [...named, 'README.md', 'LICENSE-MIT', 'LICENSE-APACHE']) {
      assert.ok(existsSync(join(folder, name)), name)
    }
  })

  it('needs no other package and runs nothing when installed', () => {
    assert.equal(manifest.dependencies, undefined)
    assert.equal(manifest.scripts, undefined)
  })

  it('uses no eval, which a strict policy forbids', () => {
    for (const name of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js'))) {
      assert.doesNotMatch(readFileSync(join(folder, name), 'utf8'), /\beval\s*\(|new Function\b/, name)
    }
  })
})
