import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { pack } from '../../../www/app/studio/fragment.js'
import { engines, files, site } from '../support/browsers.js'
import { openPage } from '../support/pages.js'
import { Studio, native, sizes, small, source } from '../support/studio.js'

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

describe('the studio in every engine', { timeout: 600_000 }, () => {
  for (const { name, program, open } of engines) {
    describe(name, () => {
      let engine
      let page
      before(async () => {
        engine = await open(program)
      })
      after(() => engine.close())
      afterEach(() => page.close())

      async function visit(width = 1440, height = 900, fragment = '') {
        page = await openPage(engine)
        await page.size(width, height)
        await page.goto(`${site}/studio.html${fragment}`)
        await page.run(() => {
          globalThis.refused = []
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => globalThis.refused.push(`${effectiveDirective} ${blockedURI}`))
        })
        await page.until(() => document.documentElement.dataset.studio === 'ready')
      }
      const inEditor = () => page.run(() => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-content').focus())
      const keys = async (text) => {
        for (const key of text) await page.press(key)
      }
      const nothingRefused = async () => assert.deepEqual(await page.run(() => globalThis.refused), [], 'what the policy refused')

      it('checks, decides and marks a mistake', async () => {
        await visit()
        const { digest } = JSON.parse(native('check', '--json', source('acme-b2b')))
        const said = await page.run(() => ({ title: document.getElementById('studio-status').title, decision: JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent) }))
        assert.equal(said.title, `Digest ${digest}`)
        assert.equal(said.decision.scores.fit.value, 40)
        await inEditor()
        await keys('x: 1')
        await page.press('Enter')
        await page.until(() => /^Line 1(?!\d).*`x` has no meaning here/.test(document.querySelector('.problem')?.textContent))
        await page.until(() => location.hash.length > 100)
        await nothingRefused()
      })

      it('completes by keys alone; Escape closes the list and leaves the editor', async () => {
        await visit(1440, 900, `#${await pack({ format: 'yaml', text: small, lead: { asOf: Date.UTC(2026, 5, 15), stage: null, facts: {}, events: [] } })}`)
        const offered = (text) => page.until((wanted) => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-tooltip-autocomplete [aria-selected="true"]')?.textContent.startsWith(wanted), text)
        await inEditor()
        await page.press('Enter')
        await page.press('ArrowUp')
        await keys('routes:')
        await page.press('Enter')
        await keys('- when: { account.i')
        await offered('account.industry')
        await page.press('Escape')
        await page.until(() => !document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-tooltip-autocomplete'))
        await keys('n')
        await offered('account.industry')
        // A list that has just opened takes no key, so that nobody chooses what was not seen.
        await wait(150)
        await page.press('Enter')
        await offered('software')
        await wait(150)
        await page.press('ArrowDown')
        await page.press('Enter')
        await page.until(() => /- when: \{ account\.industry: retail\s*\}/.test(document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-content').textContent))
        await wait(300)
        assert.equal(await page.run(() => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-tooltip-autocomplete')), null, 'what is written already is not offered')
        await page.press('Escape')
        await page.press('Tab')
        assert.notEqual(await page.run(() => document.activeElement.id), 'studio-editor')
        await nothingRefused()
      })

      it('keeps the line that is written in sight when the problems come, and Escape closes the menu', async () => {
        await visit()
        await inEditor()
        const line = () => page.run(() => {
          const root = document.querySelector('#studio-editor').shadowRoot
          const [line, box] = [root.querySelector('.cm-activeLine'), root.querySelector('.cm-scroller')].map((part) => part.getBoundingClientRect())
          return { under: line.bottom - box.bottom, over: box.top - line.top }
        })
        // To the lower edge, where the list of problems takes its room.
        for (let down = 0; down < 26; down += 1) await page.press('ArrowDown')
        await keys('wrong')
        await page.until(() => document.querySelector('.problem'))
        await page.until(() => document.querySelector('#studio-problems').getBoundingClientRect().height > 0)
        await wait(300)
        const { under, over } = await line()
        assert.ok(under <= 0 && over <= 0, `${under} px below the editor, ${over} px above`)
        await page.run(() => document.querySelector('#studio-download summary').focus())
        await page.press('Enter')
        await page.until(() => document.querySelector('#studio-download').open)
        await page.press('Escape')
        assert.deepEqual(await page.run(() => [document.querySelector('#studio-download').open, document.activeElement.tagName]), [false, 'SUMMARY'])
      })

      for (const [size, { width, height }] of Object.entries(sizes)) {
        it(`axe finds nothing serious, light and dark (${size})`, async () => {
          await visit(width, height)
          const given = await page.run(() => innerWidth)
          // WebDriver makes WebKit's window 447 px wide at least; the page is the phone's up to 480.
          assert.ok(given - width < (engine.ask ? 90 : 40), `the window is ${given} px wide`)
          await page.inject(await readFile(axe, 'utf8'))
          const look = async (where, colours) => {
            await page.run((rules) => {
              globalThis.found = null
              globalThis.axe.run(rules).then(({ violations }) => {
                globalThis.found = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id} ${nodes[0].html} ${nodes[0].failureSummary}`)
              })
            }, colours ? { runOnly: ['color-contrast'] } : {})
            await page.until(() => globalThis.found)
            assert.deepEqual(await page.run(() => globalThis.found), [], where)
            const wide = await page.run(() => document.documentElement.scrollWidth - innerWidth)
            assert.ok(wide <= 0, `${where} is ${wide} px wider than the window`)
          }
          for (const theme of ['light', 'dark']) {
            if ((await page.run(() => document.documentElement.dataset.theme ?? 'light')) !== theme) await page.click('[data-theme-button]')
            // Colours change gradually.
            await wait(400)
            for (const tab of ['decision', 'scores', 'stages', 'tree']) {
              await page.run((id) => document.getElementById(id).click(), `tab-${tab}`)
              if (tab === 'tree') await page.until(() => document.querySelector('#studio-tree .question'))
              await look(`${tab}, ${theme}`, theme === 'dark')
            }
          }
        })
      }
    })
  }
})
