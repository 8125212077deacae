import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { Playbook } from 'leadstage'
import { engines } from '../support/browsers.js'
import { acme } from '../support/dist.js'
import { openPage } from '../support/pages.js'
import { serve } from '../support/served.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const minute = 60_000
const playbook = Playbook.load(acme())

for (const { name, program, open } of engines) {
  describe(`the whole path on the site in ${name}`, { timeout: 5 * minute }, () => {
    let engine
    let server
    before(async () => {
      server = await serve()
      engine = await open(program)
    }, { timeout: minute })
    after(async () => {
      await engine?.close()
      server?.close()
    })

    /** Opens a tab of a desktop's size. */
    async function visit(path) {
      const tab = await openPage(engine)
      await tab.size(1440, 1000)
      await tab.goto(server.url + path)
      await tab.until(() => document.querySelector('.panel-line')?.textContent === 'Nothing is counted')
      return tab
    }
    /** Clicks on what is there, can be seen and is not covered. */
    async function click(tab, selector) {
      await tab.until((wanted) => {
        const element = document.querySelector(wanted)
        if (!element || element.disabled || !element.checkVisibility()) return false
        element.scrollIntoView({ block: 'center', behavior: 'instant' })
        const { left, top, width, height } = element.getBoundingClientRect()
        return element.contains(document.elementFromPoint(left + width / 2, top + height / 2))
      }, selector)
      await tab.click(selector)
    }
    /** Goes to an answer of the chat, and takes it by the key. */
    async function answer(tab, text) {
      await tab.until((wanted) => {
        const choice = [...document.querySelector('leadstage-chat').shadowRoot.querySelectorAll('[part~=choice]')].find((button) => button.textContent === wanted)
        choice?.focus()
        return choice !== undefined
      }, text)
      await tab.press('Enter')
    }
    const asks = (tab, text) => tab.until((wanted) => document.querySelector('leadstage-chat')?.shadowRoot.querySelector('legend')?.textContent.startsWith(wanted), text)
    const route = (tab, wanted) => tab.until((then) => document.querySelector('.panel-route')?.dataset.then === then && document.querySelector('.panel-route').checkVisibility(), wanted)
    const evidence = (tab) => tab.run(() => JSON.parse(document.querySelector('[aria-label=Evidence]').textContent || 'null'))
    async function serious(tab) {
      await tab.inject(axe)
      return tab.run(async () => (await axe.run()).violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`))
    }
    const stored = (tab) => tab.run(() => {
      try {
        return localStorage.length
      } catch {
        return 'forbidden'
      }
    })
    const reach = async (tab, page) => {
      await tab.until((wanted) => location.pathname.endsWith(wanted), page)
    }

    for (const [where, nothing] of [['', 0], ['/forbidden', 'forbidden']]) {
      it(`leads from consent to a receipt that the server comes to as well${where && ', with storage forbidden'}`, async () => {
        server.received.length = 0
        const tab = await visit(`${where}/index.html`)
        const other = await visit(`${where}/product.html`)
        assert.equal(await stored(tab), nothing)
        assert.deepEqual(await tab.run(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((file) => /wasm|acme/.test(file))), [])
        await tab.front()
        assert.deepEqual(await serious(tab), [])

        await click(tab, '.consent .button')
        await route(tab, 'nurture')
        await other.until(() => document.querySelector('.panel-route')?.checkVisibility() && !document.querySelector('.consent').checkVisibility())

        // The other tab's pages count here, and the other way round.
        await other.front()
        await click(other, '.nav a[href$="pricing.html"]')
        await reach(other, '/pricing.html')
        await tab.front()
        await click(tab, '.panel-server summary')
        await tab.until(() => /"\/pricing"/.test(document.querySelector('[aria-label=Evidence]').textContent))
        await click(tab, '.top-end a[href$="demo.html"]')
        await reach(tab, '/demo.html')

        await click(tab, '[data-chat-open]')
        await asks(tab, 'What brings you here?')
        await answer(tab, 'I look for something for my company')
        await asks(tab, 'How many people work at your company?')
        await answer(tab, '1 to 19')
        await tab.until(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('.end')?.dataset.route === 'self_serve')
        await route(tab, 'self_serve')
        await route(other, 'self_serve')
        const known = await evidence(tab)
        assert.deepEqual(known.facts.map(({ attribute, value, range }) => [attribute, value ?? range]), [['contact.purpose', 'own_company'], ['account.employees', [1, 19]]])

        assert.equal(server.received.length, 0, 'nothing goes to the server before a press of the button')
        await click(tab, '.panel-send button')
        await tab.until(() => document.querySelector('.panel-verdict [data-outcome=same]'))
        const [{ receipt, answer: verdict }] = server.received
        assert.equal(server.received.length, 1)
        assert.equal(verdict.verified, true)
        const sent = JSON.parse(receipt)
        assert.deepEqual(sent.evidence, known, 'what was shown is what was sent')
        assert.equal(playbook.decideText(sent.evidence, sent.as_of), JSON.stringify(sent.decision))
        assert.deepEqual(verdict.decision ?? verdict.claimed, sent.decision)
        assert.equal(await tab.run(() => document.querySelector('[aria-label=Receipt]').textContent), receipt)
        assert.deepEqual(await tab.run(() => JSON.parse(document.querySelector('[aria-label=Verdict]').textContent).route), { then: 'self_serve', settled: true })
        assert.deepEqual(await serious(tab), [])

        await click(tab, '.panel-end button')
        for (const each of [tab, other]) {
          await each.until(() => document.querySelector('.panel-line').textContent === 'Nothing is counted')
          assert.equal(await stored(each), nothing)
          assert.doesNotMatch(await each.run(() => document.body.textContent), /own_company/, 'nothing of it stays in the page')
          assert.deepEqual(await each.run(() => errors), [])
          await each.close()
        }
      })
    }

    it('shows why the server refuses, and what it adds', async () => {
      const tab = await visit('/index.html')
      await click(tab, '.consent .button')
      await route(tab, 'nurture')
      await click(tab, '.panel-server summary')
      server.stale = true
      await click(tab, '.panel-send button')
      await tab.until(() => document.querySelector('.panel-verdict [data-outcome=refused]'))
      assert.match(await tab.run(() => document.querySelector('.panel-verdict').textContent), /^The server refused it\.expired: /)
      assert.equal(server.received.at(-1).answer.code, 'expired')
      server.stale = false
      await server.knows({ 'account.employees': 12 })
      await click(tab, '.panel-send button')
      await tab.until(() => document.querySelector('.panel-verdict [data-outcome=changed]'))
      // A company of fewer than 20 helps itself; it is open still whether the visitor only wants to learn.
      const changes = await tab.run(() => [...document.querySelectorAll('.changes li')].map((line) => [...line.children].map(({ textContent }) => textContent)))
      assert.deepEqual(changes.filter(([path]) => path.startsWith('route')), [['route / then', '"nurture" → "self_serve"']])
      assert.deepEqual(await serious(tab), [])
      await click(tab, '.panel-end button')
      await tab.until(() => document.querySelector('.panel-line').textContent === 'Nothing is counted')
      assert.deepEqual(await tab.run(() => errors), [])
      await tab.close()
    })
  })
}
