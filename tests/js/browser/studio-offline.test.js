import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { engines, site } from '../support/browsers.js'
import { dist, root } from '../support/dist.js'
import { openPage } from '../support/pages.js'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' }

/** The built site with the number of a build in a page, a style and a script of it. */
function build(folder, number) {
  cpSync(join(dist, 'site'), folder, { recursive: true })
  const change = (path, act) => writeFileSync(join(folder, path), act(readFileSync(join(folder, path), 'utf8')))
  cpSync(join(root, 'www/studio.html'), join(folder, 'studio.html'))
  cpSync(join(root, 'www/parts'), join(folder, 'parts'), { recursive: true })
  change('studio.html', (text) => text.replace('<head>', `<head><meta name="build" content="${number}">`))
  change('style/studio.css', (text) => `${text}\n:root { --build: ${number}; }\n`)
  change('app/studio.js', (text) => `globalThis.build = '${number}'\n${text}`)
  cpSync(join(root, 'www/offline-worker.js'), join(folder, 'offline-worker.js'))
  for (const tool of ['pages.js', 'offline.js']) execFileSync('node', [join(root, 'xtask/node', tool), folder])
}

/** Serves one folder, later another, at the same address below a path; can go away. */
async function host() {
  const policy = (await fetch(`${site}/studio.html`)).headers.get('content-security-policy')
  const made = { folder: join(dist, 'site'), missing: [] }
  const server = createServer(({ url }, response) => {
    const path = new URL(url, 'http://here').pathname
    try {
      if (!path.startsWith('/some/deep/path/')) throw new Error('outside')
      const file = join(made.folder, path.slice('/some/deep/path/'.length) || 'index.html')
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'Cache-Control': 'max-age=600' }).end(readFileSync(file))
    } catch {
      if (!path.endsWith('favicon.ico')) made.missing.push(path)
      response.writeHead(404).end()
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return Object.assign(made, {
    url: `http://127.0.0.1:${server.address().port}/some/deep/path`,
    async leave() {
      server.closeAllConnections()
      if (server.listening) await new Promise((done) => server.close(done))
    },
  })
}

const ready = () => document.documentElement.dataset.studio === 'ready'
const builds = () => [document.querySelector('meta[name="build"]').content, getComputedStyle(document.documentElement).getPropertyValue('--build').trim(), globalThis.build]
const scores = () => JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent).scores
/** Once the worker keeps everything. */
const kept = (page) => page.until(() => {
  navigator.serviceWorker.getRegistration().then((found) => { globalThis.worker = found?.active?.state })
  return globalThis.worker === 'activated'
})

describe('the site without a network', { timeout: 600_000 }, () => {
  for (const { name, program, open } of engines) {
    it(`works from any path once the studio has been open, in ${name}`, async () => {
      const server = await host()
      const engine = await open(program)
      try {
        const page = await openPage(engine)
        await page.goto(`${server.url}/studio.html`)
        await page.until(ready)
        const known = await page.until(scores)
        await kept(page)
        await server.leave()
        await page.reload()
        await page.until(ready)
        assert.deepEqual(await page.until(scores), known)
        await page.run(() => {
          const start = document.getElementById('studio-start')
          start.value = 'six-stage'
          start.dispatchEvent(new Event('change'))
        })
        await page.until(() => document.getElementById('studio-status').textContent.startsWith('No problems. six-stage'))
        await page.goto(`${server.url}/pricing.html`)
        await page.until(() => document.querySelector('.panel-toggle') && /\w/.test(document.querySelector('h1').textContent))
        await page.goto(`${server.url}/`)
        await page.until(() => document.querySelector('h1').textContent.includes('Every lead gets across'))
        await page.until(() => document.fonts.status === 'loaded' && document.fonts.check('16px "Instrument Sans"'))
        assert.deepEqual(server.missing, [])
      } finally {
        await engine.close()
        await server.leave()
      }
    })

    it(`is replaced as a whole by a new version, in ${name}`, async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'leadstage-builds-'))
      const folder = (number) => join(scratch, String(number))
      for (const number of [1, 2, 3, 4]) build(folder(number), number)
      const server = await host()
      server.folder = folder(1)
      const engine = await open(program)
      try {
        const page = await openPage(engine)
        const shows = async (number) => {
          await page.until(ready)
          assert.deepEqual(await page.run(builds), Array(3).fill(String(number)))
        }
        /** The next load shows what was kept and finds what is new; a page that is asked for after that shows it. */
        const found = () => page.until(() => {
          navigator.serviceWorker.getRegistration().then((found) => { globalThis.waits = Boolean(found.waiting) })
          return globalThis.waits
        })
        await page.goto(`${server.url}/studio.html`)
        await shows(1)
        await kept(page)
        await page.reload()
        await shows(1)

        server.folder = folder(2)
        await page.reload()
        await shows(1)
        await found()
        await page.run(() => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-content').focus())
        for (const key of '# mine') await page.press(key)
        await page.press('Enter')
        await page.until(() => location.hash.length > 100)
        const { hash } = new URL(await page.run(() => location.href))
        await page.reload()
        await page.until(() => globalThis.build === '2')
        await shows(2)
        assert.equal(await page.run(() => location.hash), hash, 'what was written is there')

        // While another page of the old version stays, nobody gets the new one, nor a mix.
        server.folder = folder(3)
        const other = await openPage(engine)
        await other.goto(`${server.url}/studio.html`)
        await other.until(ready)
        await page.front()
        await page.reload()
        await shows(2)
        await found()
        await page.reload()
        await shows(2)
        assert.match(await other.run(() => fetch('./style/studio.css').then((answer) => answer.text()).then((text) => text.slice(-20))), /--build: 2;/)
        await other.close()
        await page.front()
        // A browser may take its time to forget the window that was closed.
        for (let loads = 0; loads < 5 && (await page.run(() => globalThis.build)) !== '3'; loads += 1) {
          await page.reload()
          await page.until(ready)
        }
        await shows(3)

        // A site that is being replaced gives a mix; it is not kept.
        const half = folder('half')
        cpSync(folder(3), half, { recursive: true })
        cpSync(join(folder(4), 'offline-worker.js'), join(half, 'offline-worker.js'))
        server.folder = half
        await page.reload()
        await shows(3)
        await page.run(() => navigator.serviceWorker.getRegistration().then((found) => found.update()).catch(() => {}))
        await wait(1_000)
        await page.reload()
        await shows(3)
        server.folder = folder(4)
        await page.reload()
        await shows(3)
        await found()
        await page.reload()
        await page.until(() => globalThis.build === '4')
        await server.leave()
        await page.reload()
        await shows(4)
        assert.deepEqual(server.missing, [])
      } finally {
        await engine.close()
        await server.leave()
        rmSync(scratch, { recursive: true })
      }
    })
  }
})
