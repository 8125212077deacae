import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, it } from 'node:test'
import { engines, files } from '../support/browsers.js'
import { openPage } from '../support/pages.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const minute = 60_000

for (const { name, program, open } of engines) {
  describe(`<leadstage-chat> in ${name}`, { timeout: 5 * minute }, () => {
    let engine
    let page
    before(async () => {
      engine = await open(program)
    }, { timeout: minute })
    after(() => engine?.close())
    afterEach(async () => {
      assert.deepEqual(await page.run(() => errors), [], 'errors in the page')
      await page.close()
    })

    async function visit(query = '') {
      page = await openPage(engine)
      await page.goto(`${files}/pages/chat.html${query}`)
      await page.until(() => document.documentElement.dataset.outcome && shown().question)
    }
    const shown = () => page.run(() => shown())
    const asks = (text) => page.until((wanted) => shown().question?.startsWith(wanted), text)
    /** Goes on by the key alone. */
    async function press(...keys) {
      for (const key of keys) await page.press(key)
    }
    const isFocused = (text) => page.run(() => document.querySelector('leadstage-chat').shadowRoot.activeElement?.textContent, text)
    async function tabTo(text) {
      for (let times = 0; times < 12; times += 1) {
        if ((await isFocused()) === text) return
        await press('Tab')
      }
      assert.fail(`no way to “${text}” by the key`)
    }

    it('leads to the route by the key alone, and the focus goes along', async () => {
      await visit()
      assert.equal((await shown()).focus, null, 'nobody asked for the focus')
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('button').focus())
      await tabTo('Software')
      await press('Enter')
      await asks('How many people')
      assert.equal((await shown()).focus, 'message question')
      await press('Tab', ...'many', 'Enter')
      await page.until(() => shown().wrong)
      assert.equal((await shown()).wrong, 'Please give a number, such as 20.')
      await press('Tab', ...'20', 'Enter')
      await asks('What brings')
      await press('Tab', ' ', 'Tab', 'Tab', ' ', 'Enter')
      await asks('Where may we')
      await tabTo('Rather not say')
      await press('Enter')
      await page.until(() => shown().end)
      assert.deepEqual(await page.run(() => calls), [
        ['answer', 'account.industry', 'Software'], ['answer', 'account.employees', 'many'], ['answer', 'account.employees', '20'],
        ['answer', 'account.channels', ['Events', 'E-mail']], ['decline', 'contact.email', null],
      ])
      const { past, end, focus } = await shown()
      assert.deepEqual(past, ['Which industry are you in?', 'Software', 'How many people work there?', '20', 'What brings your leads?', 'Events, E-mail', 'Where may we write to?', 'Not said'])
      assert.equal(end, 'book_meeting')
      assert.equal(focus, 'end')
      assert.equal(await page.run(() => document.querySelector('[slot=book_meeting]').assignedSlot?.name), 'book_meeting')
      assert.equal(await page.run(() => document.querySelector('[slot=end]').checkVisibility()), false)
      assert.deepEqual(await page.run(() => told), [['answer', 'account.industry'], ['answer', 'account.employees'], ['answer', 'account.channels'], ['answer', 'contact.email'], ['end', 'book_meeting']])
    })

    it('takes a correction, and what follows from it', async () => {
      await visit()
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('[part=choice]').click())
      await asks('How many people')
      const change = () => page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('[part=change]').click())
      await change()
      await asks('Which industry')
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('[part=keep]').click())
      await asks('How many people')
      await change()
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelectorAll('[part=choice]')[1].click())
      await page.until(() => shown().end)
      assert.deepEqual((await page.run(() => calls)).at(-1), ['correct', 'account.industry', 'other'])
      const { past, end } = await shown()
      assert.deepEqual([past, end], [['Which industry are you in?', 'Something else'], 'nurture'])
      assert.equal(await page.run(() => document.querySelector('[slot=end]').checkVisibility()), true, 'what the page has for any route')
    })

    it('waits, and tries again where something went wrong', async () => {
      await visit('?slow&failing')
      const choose = () => page.run(() => {
        const choices = document.querySelector('leadstage-chat').shadowRoot.querySelectorAll('[part=choice]')
        choices[0].click()
        choices[0].click()
        return choices[0].disabled
      })
      assert.equal(await choose(), true)
      await page.until(() => shown().wrong)
      assert.deepEqual((await page.run(() => told)).map(([what]) => what), ['error'])
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelector('[part=retry]').click())
      await asks('How many people')
      assert.equal((await page.run(() => calls)).length, 2)
    })

    it('says why it asks, in the page’s language and direction', async () => {
      await visit('?german&rtl')
      const { title, why, skip, align } = await page.run(() => {
        const root = document.querySelector('leadstage-chat').shadowRoot
        return {
          title: root.querySelector('section').getAttribute('aria-label'),
          why: root.querySelector('details p').textContent,
          skip: root.querySelector('[part=skip]').textContent,
          align: root.querySelector('[part=choice]').getBoundingClientRect().left > root.querySelectorAll('[part=choice]')[1].getBoundingClientRect().left,
        }
      })
      assert.deepEqual([title, skip], ['Ein paar Fragen', 'Keine Angabe'])
      assert.equal(why, 'This decides what happens next in 1 of 2 answers. At most 3 more.')
      assert.equal(align, true, 'the first answer is at the right')
      assert.equal(await page.run(() => getComputedStyle(document.querySelector('leadstage-chat').shadowRoot.querySelector('[part=choice]')).fontWeight), '600')
    })

    it('can be used by everyone: axe finds nothing', async () => {
      await visit()
      for (const step of ['[part=choice]', '[part=skip]', '[part=skip]', '[part=skip]']) {
        assert.deepEqual(await violations(), [])
        const before = (await shown()).question
        await page.run((part) => document.querySelector('leadstage-chat').shadowRoot.querySelector(part).click(), step)
        await page.until((text) => shown().question !== text, before)
      }
      await page.until(() => shown().end)
      assert.deepEqual(await violations(), [])
    })

    async function violations() {
      await page.run(() => new Promise((resolve) => setTimeout(resolve, 400)))
      await page.inject(axe)
      return page.run(async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`))
    }
  })
}
