import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Playbook } from 'leadstage/visitor'
import { engines, files } from '../support/browsers.js'
import { acme, cases, corpus, generated, records } from '../support/dist.js'

const minute = 60_000
const everything = generated().map((file) => `generated/${basename(file)}`)
const triples = (names) => names.reduce((sum, name) => sum + readFileSync(`${corpus}/${name}`, 'utf8').split('\n').length - 1, 0)

assert.ok(engines.some(({ name }) => name === 'Chromium'), 'Chromium is needed; set LEADSTAGE_CHROMIUM')

for (const { name, program, open } of engines) {
  describe(`the package in ${name}`, () => {
    let browser
    before(async () => {
      browser = await open(program)
    }, { timeout: minute })
    after(() => browser?.close())

    const agrees = async (entry, names, limit) => {
      const query = names.map((file) => `&file=${file}`).join('')
      const { compared, differences, error } = await browser.visit(`${files}/pages/agree.html?entry=${entry}${query}`, limit)
      assert.equal(error, undefined)
      assert.deepEqual(differences, [])
      return compared
    }

    it('works on a plain page under a strict policy', async () => {
      const { error, route, digest, text, refused } = await browser.visit(`${files}/pages/plain.html`, minute)
      assert.equal(error, undefined)
      const playbook = Playbook.load(acme())
      const session = playbook.session()
        .learn({ attribute: 'account.industry', value: 'software' })
        .track({ signal: 'page_view', at: '2026-11-20T10:00:00Z', properties: { path: '/pricing' } })
        .track({ signal: 'demo_request', at: '2026-11-20T10:05:00Z' })
      assert.equal(text, session.decideText('2026-11-21T00:00:00Z'))
      assert.equal(route, session.decide('2026-11-21T00:00:00Z').route.then)
      assert.equal(digest, playbook.digest)
      assert.equal(refused, 'unknown_name')
    })

    for (const entry of ['visitor', 'full']) {
      it(`decides every conformance case as the native build does (${entry})`, { timeout: 2 * minute }, async () => {
        assert.equal(await agrees(entry, ['cases.jsonl'], 2 * minute), cases().length * 2)
      })
    }

    it('takes records through their inputs as the native build does', { timeout: 10 * minute }, async () => {
      const all = records().map((file) => `records/${basename(file)}`)
      const inputs = Number(readFileSync(`${corpus}/records.txt`, 'utf8'))
      const some = name === 'Chromium' ? all : all.slice(0, 4)
      const compared = await agrees('records', some, 10 * minute)
      assert.ok(compared > (name === 'Chromium' ? inputs : 0), `${compared} comparisons`)
    })

    // Chromium decides on all of them; the other engines on as many as time allows.
    const some = name === 'Chromium' ? everything : everything.slice(0, 10)
    it('decides on generated playbooks and evidence as the native build does', { timeout: 10 * minute }, async () => {
      assert.equal(await agrees('visitor', some, 10 * minute), triples(some) * 2)
    })
  })
}
