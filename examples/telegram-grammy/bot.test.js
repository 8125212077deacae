import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { makeBot } from './bot.js'
import { fileStore } from './store.js'

const now = Date.UTC(2026, 10, 25)
const folder = mkdtempSync(join(tmpdir(), 'leadstage-telegram-'))
after(() => rmSync(folder, { recursive: true }))
const botInfo = { id: 1, is_bot: true, first_name: 'Lead', username: 'lead_bot', can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false }
const SIZE = 'How many people work at your company?'
const INDUSTRY = 'Which industry are you in?'
const SOON = 'Do you want to start this quarter?'
const user = (id) => ({ id, is_bot: false, first_name: 'Ada' })
const chat = (id) => ({ id, type: 'private', first_name: 'Ada' })
let updates = 0

/** A bot as after a restart: nothing but the files is carried over. Gives what it sends. */
function restart() {
  const sent = []
  const bot = makeBot({ token: '1:test', store: fileStore(folder), team: 99, asOf: now, config: { botInfo } })
  bot.api.config.use(async (_, method, payload) => {
    sent.push({ method, ...payload })
    return { ok: true, result: true }
  })
  const drain = () => sent.splice(0)
  return {
    async write(id, text) {
      const entities = text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: text.length }] : undefined
      updates += 1
      await bot.handleUpdate({ update_id: updates, message: { message_id: updates, date: 0, from: user(id), chat: chat(id), text, entities } })
      return drain()
    },
    async press(id, data) {
      updates += 1
      await bot.handleUpdate({ update_id: updates, callback_query: { id: 'q', from: user(id), chat_instance: 'c', data, message: { message_id: 1, date: 0, chat: chat(id), text: '-' } } })
      return drain()
    },
  }
}
const state = (id) => fileStore(folder).read(String(id)).state
const texts = (sent) => sent.map(({ text }) => text)

describe('the Telegram bot', () => {
  it('leads to the meeting in words, over a restart between any two messages', async () => {
    const [first] = await restart().write(1, '/start')
    assert.equal(first.method, 'sendMessage')
    assert.equal(first.chat_id, 1)
    assert.equal(first.text, SIZE)
    assert.deepEqual(first.reply_markup.keyboard, [[{ text: '1 to 49' }], [{ text: '50 or more' }]])
    assert.deepEqual(texts(await restart().write(1, 'about 200')), [INDUSTRY])
    assert.deepEqual(texts(await restart().write(1, 'we are in SaaS')), [SOON])
    assert.match((await restart().write(1, 'sure'))[0].text, /calendar$/)
    assert.deepEqual(state(1).facts.map(({ attribute, value, range }) => [attribute, value ?? range]), [
      ['account.employees', [180, 220]], ['account.industry', 'software'], ['deal.soon', true],
    ])
  })

  it('keeps chats apart and stops when nothing can change the route', async () => {
    const bot = restart()
    await bot.write(2, '/start')
    await bot.write(3, '/start')
    assert.match((await bot.write(2, '1 to 49'))[0].text, /guide$/)
    assert.deepEqual(texts(await bot.write(3, '50 or more')), [INDUSTRY])
    assert.match((await bot.write(3, 'retail'))[0].text, /sales team/)
  })

  it('takes a correction, after the end as well', async () => {
    const bot = restart()
    await bot.write(4, '/start')
    assert.deepEqual(texts(await bot.write(4, '/change')), ['There is nothing to change yet.'])
    assert.match((await bot.write(4, '12'))[0].text, /guide$/)
    const [which] = await bot.write(4, '/change')
    assert.deepEqual(which.reply_markup.inline_keyboard.flat(), [{ text: SIZE, callback_data: 'change:account.employees' }])
    assert.deepEqual((await bot.press(4, 'change:account.employees')).map(({ method }) => method), ['answerCallbackQuery', 'sendMessage'])
    const [again] = await restart().write(4, 'hm')
    assert.ok(again.text.endsWith(`\n${SIZE}`))
    assert.deepEqual(texts(await restart().write(4, '120')), [INDUSTRY])
    assert.deepEqual(state(4).facts.map(({ value }) => value), [12, 120])
  })

  it('does not ask again what was declined', async () => {
    const bot = restart()
    await bot.write(5, '/start')
    await bot.write(5, '80')
    assert.match((await bot.write(5, '/skip'))[0].text, /sales team/)
    assert.deepEqual(state(5).passed, [{ attribute: 'account.employees', why: 'answered' }, { attribute: 'account.industry', why: 'declined' }])
    assert.match((await bot.write(5, 'hello?'))[0].text, /sales team/)
  })

  it('hands over after three bad answers, and is silent from then on', async () => {
    const bot = restart()
    await bot.write(6, '/start')
    for (const said of ['hm', 'many']) {
      const [again] = await bot.write(6, said)
      assert.ok(again.text.endsWith(`\n${SIZE}`) && again.text.length > SIZE.length + 1, again.text)
    }
    const over = await bot.write(6, 'well')
    assert.deepEqual(over.map(({ chat_id, text }) => [chat_id, text]), [[99, 'Chat 6 needs a person.'], [6, 'I did not get that. A colleague takes over here.']])
    assert.deepEqual(await restart().write(6, '200'), [])
    assert.deepEqual(texts(await restart().write(6, '/start')), [SIZE])
  })
})
