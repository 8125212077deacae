// The studio page, as a person uses it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach } from 'node:test'
import { unpack } from '../../../www/app/studio/fragment.js'
import { launchChromium, site } from './browsers.js'
import { root } from './dist.js'

export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
export const starts = ['acme-b2b', 'revenue-chain', 'smart-handoff', 'six-stage', 'nine-stage', 'product-led']
/** The file of a ready playbook. */
export const source = (name) => join(root, `playbooks/${name}/playbook.yaml`)

export const small = `leadstage: 1
name: small
version: 1
attributes:
  account.industry: { type: choice, options: [software, retail], label: Industry }
  account.employees: { type: number, whole: true, min: 1 }
signals:
  demo_request: {}
scores:
  fit: { groups: [ { name: company, rules: [ { when: { account.industry: software }, points: 12.5 } ] } ] }
`

/** What the command line says. */
export function native(...given) {
  try {
    return execFileSync(process.env.LEADSTAGE_CLI, given, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (error.status === 1) return error.stdout
    throw error
  }
}

/** A browser for the tests around, with a page for each; whatever the page complains about fails its test. */
export class Studio {
  page
  complaints = []
  #browser
  #scratch = mkdtempSync(join(tmpdir(), 'leadstage-studio-'))

  constructor() {
    before(async () => {
      this.#browser = await launchChromium()
    })
    after(async () => {
      await this.#browser.close()
      rmSync(this.#scratch, { recursive: true })
    })
    beforeEach(async () => {
      this.complaints = []
      await this.open(sizes.desktop)
    })
    afterEach(async () => {
      await this.page.context().close()
      assert.deepEqual(this.complaints, [], 'errors in the page')
    })
  }

  async open(viewport, more = {}) {
    await this.page?.context().close()
    const context = await this.#browser.newContext({ viewport, reducedMotion: 'reduce', timezoneId: 'UTC', ...more })
    this.page = await context.newPage()
    this.page.on('pageerror', (error) => this.complaints.push(String(error)))
    this.page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()))
    this.page.on('request', (request) => request.method() === 'GET' || this.complaints.push(`sent something: ${request.url()}`))
  }

  ready() {
    return this.page.waitForFunction(() => document.documentElement.dataset.studio === 'ready')
  }

  async visit(url = `${site}/studio.html`) {
    await this.page.goto(url)
    await this.ready()
  }

  content() {
    return this.page.locator('#studio-editor .cm-content')
  }

  status(text) {
    return this.page.locator('#studio-status').filter({ hasText: text }).waitFor()
  }

  async decision() {
    return JSON.parse(await this.page.getByLabel('Decision as JSON').textContent())
  }

  /** The state that the address holds, once it holds this. */
  async state(such) {
    for (let left = 100; left > 0; left -= 1) {
      const found = await unpack(new URL(this.page.url()).hash.slice(1))
      if (found && such(found)) return found
      await this.page.waitForTimeout(100)
    }
    throw new Error(`the link never held it: ${such}`)
  }

  /** As who selects all and pastes; waits for the answer. */
  async write(text) {
    await this.content().click()
    await this.page.keyboard.press('Control+a')
    await this.page.keyboard.insertText(text)
    await this.state((found) => found.text === text)
    await this.page.waitForFunction(() => !document.getElementById('studio-status').classList.contains('busy'))
  }

  async start(name) {
    await this.page.locator('#studio-start').selectOption(name)
    await this.status(`No problems. ${name}, version`)
  }

  /** Puts a file aside for the command line. */
  written(name, text) {
    const file = join(this.#scratch, name)
    writeFileSync(file, text)
    return file
  }
}
