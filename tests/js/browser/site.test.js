import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, beforeEach, afterEach, describe, it } from 'node:test'
import { launchChromium, site } from '../support/browsers.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const pages = ['index', 'product', 'pricing', 'download', 'guide', 'security', 'comparison', 'demo']
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

describe('the server', () => {
  it('sends the strict policy and the right types', async () => {
    for (const [path, kind] of Object.entries({ '/': 'text/html', '/app/main.js': 'text/javascript', '/style/base.css': 'text/css', '/leadstage/visitor.wasm': 'application/wasm', '/questions.json': 'application/json', '/img/icons.svg': 'image/svg+xml' })) {
      const response = await fetch(site + path)
      assert.equal(response.status, 200, path)
      assert.ok(response.headers.get('content-type').startsWith(kind), path)
      assert.match(response.headers.get('content-security-policy'), /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/, path)
    }
    assert.equal((await fetch(`${site}/nothing.html`)).status, 404)
  })
})

describe('the site', { timeout: 300_000 }, () => {
  let browser
  let page
  let complaints
  before(async () => {
    browser = await launchChromium()
  })
  after(() => browser.close())
  beforeEach(async () => {
    page = await open(sizes.desktop)
  })
  afterEach(async () => {
    await page.waitForLoadState('networkidle')
    await page.context().close()
    assert.deepEqual(complaints, [], 'errors in the page')
  })

  async function open(viewport) {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    // A driven browser says so, and its clicks would be set aside; these tests play a person.
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false }))
    const opened = await context.newPage()
    complaints = []
    opened.on('pageerror', (error) => complaints.push(String(error)))
    opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    opened.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`))
    opened.on('request', (request) => request.url().startsWith(`${site}/`) || request.url().startsWith('data:') || complaints.push(`asked elsewhere: ${request.url()}`))
    opened.on('request', (request) => request.method() === 'GET' || complaints.push(`sent something: ${request.url()}`))
    return opened
  }

  const agree = () => page.getByRole('button', { name: 'Yes, count' }).click()
  const route = () => page.locator('.panel-route').getAttribute('data-then')
  const interest = () => page.evaluate(() => document.querySelector('.panel-line').textContent)
  const nothingCounted = () => page.waitForFunction(() => document.querySelector('.panel-line')?.textContent === 'Nothing is counted')
  /** Waits until a part of the page says something; a hidden part says it too. */
  const says = (selector, pattern) => page.locator(selector).filter({ hasText: pattern }).first().waitFor({ state: 'attached' })
  const leadsTo = (then) => page.locator(`.panel-route[data-then=${then}]`).waitFor()
  const stored = () => page.evaluate(() => localStorage.length)
  /** Whether the site's files are kept for when there is no network. */
  const kept = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length)

  it('counts nothing before a yes, nor after a no', async () => {
    await page.goto(`${site}/index.html`)
    await nothingCounted()
    assert.equal(await stored(), 0)
    await page.getByRole('button', { name: 'No, thanks' }).click()
    await page.getByRole('link', { name: 'Pricing' }).first().click()
    await page.waitForURL('**/pricing.html')
    assert.equal(await stored(), 0)
    assert.equal(await kept(), 0)
    assert.equal(await interest(), 'Nothing is counted')
  })

  it('asks for the rules only after a yes, and counts a download once', async () => {
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const rules = () => asked.filter((path) => /wasm|acme/.test(path))
    await page.goto(`${site}/download.html`)
    await nothingCounted()
    await page.waitForLoadState('networkidle')
    assert.deepEqual(rules(), [])
    await agree()
    await page.locator('.panel-route').waitFor()
    assert.deepEqual(rules().sort(), ['/acme.leadstage', '/leadstage/visitor.wasm'])
    await page.getByRole('link', { name: 'Get the security paper' }).click()
    await page.waitForURL('**/security.html')
    await says('.panel-end', '3 clicks')
    const events = await page.evaluate(() => Object.values(localStorage).map((text) => JSON.parse(text)).filter(({ signal }) => signal).sort((a, b) => a.at - b.at))
    assert.deepEqual(events.map(({ signal, properties }) => [signal, ...Object.values(properties)]), [
      ['page_view', '/download'], ['download', 'decision', 'security-paper'], ['page_view', '/download/security-paper'],
    ])
  })

  it('takes the browser’s no for the visitor’s, until they say otherwise here', async () => {
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }))
    await page.goto(`${site}/pricing.html`)
    await nothingCounted()
    assert.equal(await page.locator('.consent').isVisible(), false)
    assert.equal(await stored(), 0)
    await page.locator('.panel').getByRole('button', { name: 'Let this visit be counted' }).click()
    await page.locator('.panel-route').waitFor()
    await says('.panel-end', '1 click')
  })

  it('shows what a visit makes of a lead, click by click', async () => {
    await page.goto(`${site}/index.html`)
    await agree()
    await page.locator('.panel-route').waitFor()
    const first = await interest()
    for (const name of ['Product', 'Pricing', 'Resources']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
      await page.waitForURL(`**/${name === 'Resources' ? 'download' : name.toLowerCase()}.html`)
    }
    await says('.panel-end', '4 clicks')
    assert.notEqual(await interest(), first, 'the scores stayed as they were')
    assert.ok((await page.locator('.ledger li').count()) > 0)
    assert.ok((await page.locator('.gate').count()) > 0)
  })

  it('takes answers, and a demo request changes the route', async () => {
    await page.goto(`${site}/demo.html`)
    await agree()
    await page.locator('.panel-route').waitFor()
    const first = await route()
    await page.locator('#demo-email').fill('ada@example.com')
    for (const [field, label] of [['#demo-industry', /software/i], ['#demo-size', null], ['#demo-role', null]]) {
      const select = page.locator(field)
      const options = await select.locator('option').allTextContents()
      assert.ok(options.length > 1, `${field} has no answers`)
      const place = label ? options.findIndex((option) => label.test(option)) : 2
      await select.selectOption({ index: Math.max(place, 1) })
    }
    await page.locator('form[data-form="demo"] button[type="submit"]').click()
    await page.locator('.ending').waitFor()
    await page.waitForFunction((then) => document.querySelector('.panel-route').dataset.then !== then, first)
    await says('.panel-line', /\d/)
  })

  it('asks in a chat what decides the route, by keys alone, and the panel moves along', async () => {
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${site}/demo.html`)
    await agree()
    await page.locator('.panel-route').waitFor()
    assert.equal(asked.some((path) => /full|chat\.js$/.test(path) && path.includes('/leadstage/')), false, 'the whole package waits for the chat')
    const start = page.getByRole('button', { name: 'Start the chat' })
    await start.focus()
    await page.keyboard.press('Enter')
    const chat = page.locator('leadstage-chat')
    const question = chat.getByRole('group')
    await question.getByText('What brings you here?').waitFor()
    const answer = async (name) => {
      await chat.getByRole('button', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
    }
    await answer('I look for something for my company')
    await question.getByText('How many people work at your company?').waitFor()
    await page.evaluate(await script(axe))
    const { violations } = await page.evaluate(() => globalThis.axe.run('[data-chat]'))
    assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id), [])
    // A company of fewer than 20 helps itself, whatever else is answered.
    await answer('1 to 19')
    await chat.getByText('You can start today.').waitFor()
    await leadsTo('self_serve')
    await says('.panel-question details', 'Your answers (2)')
    await page.getByText('What a server would see').click()
    // A section that was opened is filled a moment later.
    await page.getByLabel('Decision', { exact: true }).filter({ hasText: '{' }).waitFor()
    const sent = JSON.parse(await page.getByLabel('Evidence', { exact: true }).textContent())
    assert.deepEqual(sent.facts.map(({ attribute, value, range }) => [attribute, value ?? range]), [['contact.purpose', 'own_company'], ['account.employees', [1, 19]]])
    const decision = JSON.parse(await page.getByLabel('Decision', { exact: true }).textContent())
    assert.deepEqual(decision.route, { then: 'self_serve', settled: true })
  })

  it('answers the questions of the panel', async () => {
    await page.goto(`${site}/index.html`)
    await agree()
    const question = page.locator('.panel-question legend')
    await question.waitFor()
    const first = await question.textContent()
    await page.locator('.panel-question .answer').first().click()
    await page.waitForFunction((text) => document.querySelector('.panel-question legend')?.textContent !== text, first)
    await says('.panel-question details', 'Your answers (1)')
  })

  it('remembers the visit after a yes, and deletes everything on withdrawal', async () => {
    await page.goto(`${site}/pricing.html`)
    await agree()
    await page.locator('.panel-route').waitFor()
    await says('.panel-line', /\d/)
    assert.ok((await stored()) > 0)
    await page.reload()
    await page.locator('.panel-route').waitFor()
    await says('.panel-end', '2 clicks')
    await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true))
    assert.equal(await kept(), 2)
    await page.getByRole('button', { name: 'Withdraw and delete' }).click()
    await nothingCounted()
    assert.equal(await stored(), 0)
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length === 0)
  })

  for (const [size, viewport] of Object.entries(sizes)) {
    it(`can be used by everyone: axe finds nothing serious (${size})`, async () => {
      await page.context().close()
      page = await open(viewport)
      await page.goto(`${site}/index.html`)
      await agree()
      await page.waitForLoadState('networkidle')
      for (const name of pages) {
        await page.goto(`${site}/${name}.html`)
        await page.locator('.panel-toggle').waitFor()
        if ((await page.locator('.panel-toggle').getAttribute('aria-expanded')) === 'false') await page.locator('.panel-toggle').click()
        await page.locator('.panel-route').waitFor()
        await page.evaluate(await script(axe))
        const { violations } = await page.evaluate(() => globalThis.axe.run())
        const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
        assert.deepEqual(serious.map(({ id, nodes }) => `${name}: ${id} ${nodes[0].html}`), [])
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(wide <= 0, `${name} is ${wide} px wider than the window`)
        // Leaving while something loads would abort it, which counts as an error of the page.
        await page.waitForLoadState('networkidle')
      }
    })
  }
})

async function script(file) {
  const { readFile } = await import('node:fs/promises')
  return readFile(file, 'utf8')
}
