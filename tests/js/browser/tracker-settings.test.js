import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engines, files } from '../support/browsers.js'
import { openPage } from '../support/pages.js'
import { writePlaybooks } from '../support/tracked.js'

const minute = 60_000

before(writePlaybooks)

const withFirefox = engines.find(({ name }) => name === 'Firefox')
describe('Firefox as its users set it', { skip: !withFirefox, timeout: 2 * minute }, () => {
  for (const [what, settings, look, wanted] of [
    ['Global Privacy Control', { 'privacy.globalprivacycontrol.enabled': true, 'privacy.globalprivacycontrol.functionality.enabled': true }, () => [tracker.optOut, tracker.agree(), tracker.consent], ['gpc', false, 'no']],
    ['Do Not Track', { 'privacy.donottrackheader.enabled': true }, () => [tracker.optOut, tracker.agree(), tracker.consent], ['dnt', false, 'no']],
    ['no storage', { 'dom.storage.enabled': false }, () => [tracker.agree(), tracker.consent, tracker.persistent], [true, 'yes', false]],
    ['no cookies', { 'network.cookie.cookieBehavior': 2 }, () => [tracker.agree(), tracker.consent, tracker.persistent], [true, 'yes', false]],
  ]) {
    it(`is respected: ${what}`, async () => {
      const engine = await withFirefox.open(withFirefox.program, settings)
      try {
        const page = await openPage(engine)
        await page.goto(`${files}/pages/track.html?human&name=set`)
        await page.until(() => document.documentElement.dataset.outcome)
        assert.deepEqual(await page.run(look), wanted)
        if (wanted.includes('yes')) {
          await page.until(() => tracker.playbook)
          await page.click('#call')
          await page.until(() => tracker.evidence().events.length === 2)
        }
        assert.deepEqual(await page.run(() => errors), [])
      } finally {
        await engine.close()
      }
    })
  }
})
