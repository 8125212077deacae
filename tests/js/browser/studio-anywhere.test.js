import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { describe, it } from 'node:test'
import { engines, files, site } from '../support/browsers.js'
import { dist } from '../support/dist.js'
import { openPage } from '../support/pages.js'
import { Studio, native, sizes, source } from '../support/studio.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

describe('the studio, by everyone and anywhere', { timeout: 600_000 }, () => {
  const studio = new Studio()

  it('can be used by keys alone, and the editor lets go of Tab', async () => {
    await studio.visit()
    const focus = () => studio.page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('data-tab') || document.activeElement.tagName)
    await studio.page.getByRole('button', { name: 'Redo' }).focus()
    await studio.page.keyboard.press('Tab')
    assert.equal(await focus(), 'studio-editor')
    await studio.page.keyboard.press('Control+Home')
    await studio.page.keyboard.press('Tab')
    assert.equal(await focus(), 'studio-editor', 'Tab indents')
    await studio.state(({ text }) => text.startsWith('  # The playbook'))
    await studio.page.keyboard.press('Control+z')
    await studio.page.keyboard.press('Escape')
    await studio.page.keyboard.press('Tab')
    assert.equal(await focus(), 'lead-as-of')
    assert.match(await studio.page.locator('.room-foot').textContent(), /to leave the editor press Escape, then Tab/)
    await studio.page.getByRole('tab', { name: 'Decision' }).focus()
    await studio.page.keyboard.press('ArrowRight')
    assert.equal(await focus(), 'tab-scores')
    assert.equal(await studio.page.locator('.fall').first().isVisible(), true)
    await studio.page.keyboard.press('End')
    await studio.page.locator('#studio-tree .question').first().waitFor()
    await studio.page.keyboard.press('Tab')
    const before = await studio.page.locator('#studio-tree .question').count()
    await studio.page.locator('#studio-tree .question').first().focus()
    await studio.page.keyboard.press('Enter')
    assert.ok((await studio.page.locator('#studio-tree .question').count()) < before)
  })

  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      it(`can be used by everyone: axe finds nothing serious (${size}, ${colorScheme})`, async () => {
        await studio.open(viewport, { colorScheme })
        await studio.visit()
        const script = await readFile(axe, 'utf8')
        await studio.page.evaluate(script)
        const look = async (where) => {
          // The colours are all that differs in the dark.
          const { violations } = await studio.page.evaluate((rules) => globalThis.axe.run(rules), colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {})
          assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${where}: ${id} ${nodes[0].html} ${nodes[0].failureSummary}`), [])
          const wide = await studio.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          assert.ok(wide <= 0, `${where} is ${wide} px wider than the window`)
        }
        for (const tab of ['Decision', 'Scores', 'Stages', 'Questions']) {
          await studio.page.getByRole('tab', { name: tab }).click()
          if (tab === 'Questions') await studio.page.locator('#studio-tree .question').first().waitFor()
          for (const summary of await studio.page.locator(`[role="tabpanel"]:not([hidden]) > div > details > summary`).all()) await summary.click()
          await look(tab)
        }
        await studio.content().click()
        await studio.page.keyboard.press('Control+End')
        await studio.page.keyboard.type('wrong: 1\n')
        await studio.status('1 problem')
        await look('with a problem')
      })
    }
  }

  it('works from any path, and without a network once it has been open', async () => {
    const folder = join(dist, 'site')
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' }
    const policy = (await fetch(`${site}/studio.html`)).headers.get('content-security-policy')
    const server = createServer(async ({ url }, response) => {
      const path = new URL(url, 'http://here').pathname
      try {
        if (!path.startsWith('/some/deep/path/')) throw new Error('outside')
        const body = await readFile(join(folder, path.slice('/some/deep/path/'.length) || 'index.html'))
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'content-security-policy': policy, 'cache-control': 'no-store' }).end(body)
      } catch {
        if (!path.endsWith('favicon.ico')) studio.complaints.push(`not there: ${path}`)
        response.writeHead(404).end()
      }
    })
    await new Promise((done) => server.listen(0, '127.0.0.1', done))
    const base = `http://127.0.0.1:${server.address().port}/some/deep/path`
    await studio.visit(`${base}/studio.html`)
    const known = await studio.decision()
    await studio.page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated' || new Promise((done) => active.addEventListener('statechange', done))))
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await studio.page.reload()
    await studio.ready()
    assert.deepEqual((await studio.decision()).scores, known.scores)
    await studio.start('six-stage')
    await studio.page.getByRole('radio', { name: 'JSON' }).check()
    await studio.state(({ format }) => format === 'json')
    await studio.page.goto(`${base}/pricing.html`)
    assert.match(await studio.page.locator('h1').textContent(), /\w/)
    await studio.page.locator('.panel-toggle').waitFor()
    await studio.page.goto(`${base}/`)
    assert.match(await studio.page.locator('h1').textContent(), /Every lead gets across/)
    // With no server a request that is in no cache fails; the first paint of a page asks for none.
    assert.equal(await studio.page.evaluate(() => document.fonts.ready.then(() => document.fonts.check('16px "Instrument Sans"'))), true)
  })

  it('is reached from the other pages, and leads back to them', async () => {
    await studio.page.goto(`${site}/pricing.html`)
    await studio.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Studio' }).click()
    await studio.ready()
    await studio.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Product' }).click()
    await studio.page.locator('.panel-toggle').waitFor()
    assert.match(studio.page.url(), /product\.html$/)
  })

  it('runs beside other files of a site as well', async () => {
    await studio.visit(`${files}/site/studio.html`)
    await studio.status('No problems. acme-b2b')
  })
})

describe('the studio in every engine', { timeout: 300_000 }, () => {
  for (const { name, program, open } of engines) {
    it(`checks, decides and marks a mistake in ${name}`, async () => {
      const engine = await open(program)
      try {
        const page = await openPage(engine)
        await page.goto(`${site}/studio.html`)
        await page.run(() => {
          globalThis.refused = []
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => globalThis.refused.push(`${effectiveDirective} ${blockedURI}`))
        })
        await page.until(() => document.documentElement.dataset.studio === 'ready')
        const { digest } = JSON.parse(native('check', '--json', source('acme-b2b')))
        const said = await page.run(() => ({ title: document.getElementById('studio-status').title, decision: JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent) }))
        assert.equal(said.title, `Digest ${digest}`)
        assert.equal(said.decision.scores.fit.value, 40)
        await page.run(() => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-content').focus())
        for (const key of 'x: 1') await page.press(key)
        await page.press('Enter')
        await page.until(() => /^Line 1(?!\d).*`x` has no meaning here/.test(document.querySelector('.problem')?.textContent))
        await page.until(() => location.hash.length > 100)
        assert.deepEqual(await page.run(() => globalThis.refused), [], 'what the policy refused')
      } finally {
        await engine.close()
      }
    })
  }
})
