import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { engines, files } from '../support/browsers.js'
import { openPage } from '../support/pages.js'

const minute = 60_000

for (const { name, program, open } of engines) {
  describe(`a planned conversation in ${name}`, { timeout: 5 * minute }, () => {
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

    async function visit() {
      page = await openPage(engine)
      await page.goto(`${files}/pages/planned.html`)
      await page.run(() => sessionStorage.removeItem('conversation'))
      await page.reload()
      await page.until(() => document.documentElement.dataset.outcome && shown().question)
    }
    const asks = (text) => page.until((wanted) => shown().question?.startsWith(wanted), text)
    /** Goes to the first control of the question by the key, from its text. */
    async function focus(part) {
      await page.run((wanted) => document.querySelector('leadstage-chat').shadowRoot.querySelector(`[part="${wanted}"]`).focus(), part)
    }

    it('leads to the route by keys, in the fewest questions, and goes on after a reload', async () => {
      await visit()
      await asks('How many people')
      await focus('input')
      for (const key of 'many') await page.press(key)
      await page.press('Enter')
      await page.until(() => shown().wrong)
      assert.equal(await page.run(() => shown().wrong), 'please say a number, as in 250')
      await focus('input')
      for (const key of '120') await page.press(key)
      await page.press('Enter')
      await asks('Which industry')
      await page.reload()
      await page.until(() => document.documentElement.dataset.outcome && shown().question)
      await asks('Which industry')
      await focus('choice')
      await page.press('Enter')
      await asks('What brings')
      await page.run(() => document.querySelector('leadstage-chat').shadowRoot.querySelectorAll('[type=checkbox]')[1].focus())
      await page.press(' ')
      await focus('send')
      await page.press('Enter')
      await page.until(() => shown().end)
      const { past, end } = await page.run(() => shown())
      assert.equal(end, 'book_meeting')
      assert.deepEqual(past, ['Which industry are you in?', 'software', 'What brings your leads?', 'Chat'])
      assert.equal(await page.run(() => document.querySelector('[slot=book_meeting]').assignedSlot?.name), 'book_meeting')
      const facts = await page.run(() => kept().facts.map(({ value }) => value))
      assert.deepEqual(facts, [120, 'software', ['Chat']])
    })

    it('takes a correction that settles it', async () => {
      await visit()
      await focus('input')
      for (const key of '120') await page.press(key)
      await page.press('Enter')
      await asks('Which industry')
      await focus('change')
      await page.press('Enter')
      await asks('How many people')
      await focus('input')
      for (const key of '12') await page.press(key)
      await page.press('Enter')
      await page.until(() => shown().end)
      assert.equal(await page.run(() => shown().end), 'nurture')
      assert.deepEqual(await page.run(() => kept().facts.map(({ value }) => value)), [120, 12])
    })
  })
}
