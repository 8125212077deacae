import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import bolt from '@slack/bolt'
import { addBot } from './bot.js'
import { fileStore } from './store.js'

const now = Date.UTC(2026, 10, 25)
const folder = mkdtempSync(join(tmpdir(), 'leadstage-slack-'))
after(() => rmSync(folder, { recursive: true }))
const SIZE = 'How many people work at your company?'
const INDUSTRY = 'Which industry are you in?'
const SOON = 'Do you want to start this quarter?'

/** An app as after a restart: nothing but the files is carried over. Gives the messages it posts. */
function restart() {
  const sent = []
  const fetch = async (url, { body }) => {
    assert.match(String(url), /\/chat\.postMessage$/)
    sent.push(Object.fromEntries(new URLSearchParams(String(body))))
    return new Response('{"ok":true}', { headers: { 'content-type': 'application/json' } })
  }
  const receiver = { init() {}, start: async () => {}, stop: async () => {} }
  const app = addBot(
    new bolt.App({ receiver, clientOptions: { fetch }, authorize: async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U0' }) }),
    { store: fileStore(folder), team: 'C99', asOf: now },
  )
  app.error(async (error) => {
    throw error
  })
  const give = async (body) => {
    let acks = 0
    await app.processEvent({ body, ack: async () => void (acks += 1) })
    assert.equal(acks, 1, 'Slack is answered once')
    return sent.splice(0)
  }
  return {
    write: (channel, text, more) => give({ type: 'event_callback', team_id: 'T1', event: { type: 'message', channel, channel_type: 'im', user: 'U1', text, ts: '1.0', ...more } }),
    press: (channel, { action_id, value }) =>
      give({ type: 'block_actions', team: { id: 'T1' }, user: { id: 'U1', team_id: 'T1' }, channel: { id: channel }, actions: [{ type: 'button', action_id, value, block_id: 'b' }] }),
  }
}
const texts = (sent) => sent.map(({ text }) => text)
const buttons = ({ blocks }) => JSON.parse(blocks)[1].elements
const state = (channel) => fileStore(folder).read(channel).state

describe('the Slack bot', () => {
  it('leads to the meeting by buttons and words, over a restart between any two steps', async () => {
    const [first] = await restart().write('D1', 'hello')
    assert.deepEqual([first.channel, first.text], ['D1', SIZE])
    assert.deepEqual(buttons(first).map(({ text }) => text.text), ['1 to 49', '50 or more', 'Rather not say'])
    assert.deepEqual(texts(await restart().press('D1', buttons(first)[1])), [INDUSTRY])
    assert.deepEqual(texts(await restart().write('D1', 'we are in SaaS')), [SOON])
    assert.match((await restart().write('D1', 'sure'))[0].text, /calendar$/)
    assert.deepEqual(state('D1').facts.map(({ attribute, value, range }) => [attribute, value ?? range[0]]), [
      ['account.employees', 50], ['account.industry', 'software'], ['deal.soon', true],
    ])
  })

  it('takes an earlier button as a correction, after the end as well', async () => {
    const app = restart()
    const [first] = await app.write('D2', 'hello')
    assert.match((await app.write('D2', '12'))[0].text, /guide$/)
    assert.deepEqual(texts(await restart().press('D2', buttons(first)[1])), [INDUSTRY])
    assert.match((await app.write('D2', 'shops'))[0].text, /sales team/)
  })

  it('does not ask again what was declined', async () => {
    const app = restart()
    await app.write('D3', 'hello')
    const [second] = await app.write('D3', '80')
    assert.match((await app.press('D3', buttons(second).at(-1)))[0].text, /sales team/)
    assert.deepEqual(state('D3').passed.at(-1), { attribute: 'account.industry', why: 'declined' })
  })

  it('hands over after three bad answers, and is silent until it starts over', async () => {
    const app = restart()
    await app.write('D4', 'hello')
    for (const said of ['hm', 'many']) assert.ok((await app.write('D4', said))[0].text.endsWith(`\n${SIZE}`))
    assert.deepEqual((await app.write('D4', 'well')).map(({ channel, text }) => [channel, text]), [
      ['C99', '<#D4> needs a person.'], ['D4', 'I did not get that. A colleague takes over here.'],
    ])
    assert.deepEqual(await restart().write('D4', '200'), [])
    assert.deepEqual(texts(await restart().write('D4', 'Start over')), [SIZE])
  })

  it('leaves other channels and edited messages alone', async () => {
    const app = restart()
    assert.deepEqual(await app.write('C5', 'hello', { channel_type: 'channel' }), [])
    assert.deepEqual(await app.write('D5', 'hello', { subtype: 'message_changed' }), [])
  })
})
