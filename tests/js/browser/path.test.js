import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Playbook, compile } from 'leadstage'
import { engines, files } from '../support/browsers.js'
import { dist } from '../support/dist.js'
import { openPage } from '../support/pages.js'

const minute = 60_000
const document_ = {
  leadstage: 1, name: 'path', version: 1,
  attributes: {
    'account.industry': { type: 'choice', options: ['retail', 'software'] },
    'account.region': { type: 'choice', options: ['europe', 'other'] },
    'account.crm': { type: 'choice', options: ['salesforce', 'none'] },
  },
  signals: { page_view: { properties: { path: 'text' } }, call: { properties: { rank: 'number' } } },
  scores: {
    fit: { groups: [{ name: 'company', rules: [
      { when: { 'account.industry': 'software' }, points: 20 },
      { when: { 'account.region': 'europe' }, points: 5 },
      { when: { 'account.crm': 'salesforce' }, points: 5 },
    ] }] },
    intent: { groups: [{ name: 'pages', rules: [
      { signal: 'page_view', where: { path: '*pricing' }, points: 10 },
      { signal: 'call', where: { rank: { from: 2 } }, points: 30 },
    ] }] },
  },
  // With both views and the call, and software, it takes no third answer.
  routes: [{ when: { score: { fit: { from: 20 }, intent: { from: 40 } } }, then: 'book_meeting' }, { then: 'nurture' }],
}
const compiled = compile(document_)
const playbook = Playbook.load(compiled)

before(() => {
  mkdirSync(join(dist, 'pages'), { recursive: true })
  writeFileSync(join(dist, 'pages/path.leadstage'), compiled)
})

for (const { name, program, open } of engines) {
  describe(`from consent to the route in ${name}`, { timeout: 3 * minute }, () => {
    let engine
    before(async () => {
      engine = await open(program)
    }, { timeout: minute })
    after(() => engine?.close())

    for (const query of ['?one', '?two&forbidden']) {
      it(`the chat asks what matters of a tracked visitor, and a server decides the same (${query})`, async () => {
        const page = await openPage(engine)
        const other = await openPage(engine)
        for (const tab of [page, other]) {
          await tab.goto(`${files}/pages/path.html${query}`)
          await tab.until(() => document.documentElement.dataset.outcome)
        }
        await page.front()
        await page.click('#agree')
        await page.until(() => tracker.playbook)
        assert.deepEqual(await page.run(() => tracker.decide().route), { then: 'nurture', settled: true }, 'no answer matters so far')
        await page.click('#to-pricing')
        await other.until(() => tracker.consent === 'yes' && tracker.playbook)
        await other.front()
        await other.click('#call')
        await page.front()
        await page.until(() => tracker.evidence().events.some(({ signal }) => signal === 'call') && tracker.decide().scores.intent.value === 40)
        await page.click('#chat')
        await page.until(() => part('question'))
        assert.equal(await page.run(() => part('question').textContent), 'Where are you?')
        const choose = async (place, next) => {
          await page.run((at) => part('choice', at).focus(), place)
          await page.press('Enter')
          await page.until((text) => part('ask')?.querySelector('legend').textContent === text || part('end')?.dataset.route === text, next)
        }
        await choose(0, 'Which industry are you in?')
        await choose(1, 'book_meeting')
        const asOf = Date.now() + minute
        const { evidence, decision } = await page.run((at) => ({ evidence: tracker.evidence(), decision: tracker.session.explainText(at) }), asOf)
        assert.deepEqual(evidence.facts.map(({ attribute, value }) => [attribute, value]), [['account.region', 'europe'], ['account.industry', 'software']], 'the third question is not asked')
        assert.equal(playbook.evaluateText(evidence, asOf), decision)
        const { route, scores } = JSON.parse(decision)
        assert.deepEqual([route.then, route.settled, scores.fit.value, scores.intent.value], ['book_meeting', true, 25, 40])
        await other.until(() => tracker.decide().route.then === 'book_meeting')
        for (const tab of [page, other]) {
          assert.deepEqual(await tab.run(() => errors), [])
          await tab.close()
        }
      })
    }
  })
}
