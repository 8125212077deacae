import { readFileSync } from 'node:fs'
import { Bot, InlineKeyboard, session } from 'grammy'
import { Questions } from 'leadstage'

const playbook = JSON.parse(readFileSync(new URL('../playbook.json', import.meta.url), 'utf8'))
const questions = Questions.parse(playbook)

const ENDS = {
  book_meeting: 'Thank you. Pick a time: https://example.com/calendar',
  talk_to_sales: 'Thank you. Our sales team will write to you.',
  nurture: 'Thank you. Here is our guide: https://example.com/guide',
}
const fresh = () => ({ state: null, changing: null })

/** `store` is any storage of grammY's; `team` is the chat that is told when a person must take over. */
export function makeBot({ token, store, team, asOf = Date.now, config = {} }) {
  const bot = new Bot(token, config)
  bot.use(session({ initial: fresh, storage: store }))

  /** Takes one step in the chat's conversation, keeps it, and says what is next. */
  async function step(ctx, take) {
    const state = ctx.session.state?.playbook === questions.digest ? ctx.session.state : null
    const conversation = questions.conversation({ state, asOf, tries: 3, handOver: true })
    try {
      const turn = take(conversation)
      ctx.session.state = conversation.state()
      await say(ctx, turn)
    } finally {
      conversation.free()
    }
  }

  async function say(ctx, turn) {
    if (turn.end === 'handed_over') {
      if (team !== undefined) await ctx.api.sendMessage(team, `Chat ${ctx.chat.id} needs a person.`)
      return ctx.reply('I did not get that. A colleague takes over here.')
    }
    if (turn.end) return ctx.reply(ENDS[turn.route], { reply_markup: { remove_keyboard: true } })
    const text = turn.again ? `${turn.message}\n${turn.text}` : turn.text
    const keyboard = turn.answers.map((label) => [{ text: label }])
    return ctx.reply(text, { reply_markup: keyboard.length ? { keyboard, one_time_keyboard: true, resize_keyboard: true } : { remove_keyboard: true } })
  }

  bot.command('start', (ctx) => {
    ctx.session = fresh()
    return step(ctx, (conversation) => conversation.next())
  })

  // From here on a chat that a person took over is left to that person.
  bot.use((ctx, next) => (ctx.session.state?.handed_over ? undefined : next()))

  bot.command('skip', (ctx) => {
    ctx.session.changing = null
    return step(ctx, (conversation) => {
      const turn = conversation.next()
      return turn.end ? turn : conversation.decline(turn.ask.attribute)
    })
  })

  bot.command('change', (ctx) => {
    const answered = [...new Set((ctx.session.state?.facts ?? []).map((fact) => fact.attribute))]
    if (!answered.length) return ctx.reply('There is nothing to change yet.')
    const keyboard = new InlineKeyboard()
    for (const id of answered) keyboard.text(playbook.attributes[id].ask.text, `change:${id}`).row()
    return ctx.reply('Which answer?', { reply_markup: keyboard })
  })

  bot.callbackQuery(/^change:(.+)$/, async (ctx) => {
    await ctx.answerCallbackQuery()
    const id = ctx.match[1]
    if (!playbook.attributes[id]?.ask) return
    ctx.session.changing = id
    await ctx.reply(playbook.attributes[id].ask.text)
  })

  bot.on('message:text', (ctx) =>
    step(ctx, (conversation) => {
      const { changing } = ctx.session
      if (changing) {
        const turn = conversation.correct(changing, ctx.msg.text)
        ctx.session.changing = turn.again === changing ? changing : null
        return turn
      }
      const turn = conversation.next()
      return turn.end ? turn : conversation.answer(turn.ask?.attribute ?? turn.again, ctx.msg.text)
    }),
  )
  return bot
}
