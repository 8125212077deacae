import { readFileSync } from 'node:fs'
import { Questions } from 'leadstage'

const playbook = JSON.parse(readFileSync(new URL('../playbook.json', import.meta.url), 'utf8'))
const questions = Questions.parse(playbook)

const ENDS = {
  book_meeting: 'Thank you. Pick a time: https://example.com/calendar',
  talk_to_sales: 'Thank you. Our sales team will write to you.',
  nurture: 'Thank you. Here is our guide: https://example.com/guide',
}

/** Adds the conversation to a Bolt app. `store` reads and writes what is kept by channel; `team` is the channel told when a person must take over. */
export function addBot(app, { store, team, asOf = Date.now }) {
  async function step({ channel, client }, take) {
    const kept = (await store.read(channel)) ?? { state: null }
    const state = kept.state?.playbook === questions.digest ? kept.state : null
    if (state?.handed_over) return
    const conversation = questions.conversation({ state, asOf, tries: 3, handOver: true })
    try {
      const turn = take(conversation, kept)
      await store.write(channel, { state: conversation.state() })
      if (turn) await say({ channel, client }, turn)
    } finally {
      conversation.free()
    }
  }

  async function say({ channel, client }, turn) {
    const post = (text, blocks) => client.chat.postMessage({ channel, text, ...(blocks && { blocks }) })
    if (turn.end === 'handed_over') {
      if (team !== undefined) await client.chat.postMessage({ channel: team, text: `<#${channel}> needs a person.` })
      return post('I did not get that. A colleague takes over here.')
    }
    if (turn.end) return post(ENDS[turn.route])
    const id = turn.again ?? turn.ask.attribute
    const text = turn.again ? `${turn.message}\n${turn.text}` : turn.text
    const button = (label, action_id, value) => ({ type: 'button', action_id, value, text: { type: 'plain_text', text: label } })
    const elements = turn.answers.map((label, place) => button(label, `answer:${place}`, JSON.stringify([id, label])))
    return post(text, [
      { type: 'section', text: { type: 'plain_text', text } },
      { type: 'actions', elements: [...elements, button('Rather not say', 'decline', id)] },
    ])
  }

  /** A button of an earlier question corrects its answer. */
  app.action(/^answer:\d+$/, async ({ ack, action, body, client }) => {
    await ack()
    const [id, label] = JSON.parse(action.value)
    await step({ channel: body.channel.id, client }, (conversation) => conversation.answer(id, label))
  })

  app.action('decline', async ({ ack, action, body, client }) => {
    await ack()
    await step({ channel: body.channel.id, client }, (conversation) => {
      const turn = conversation.next()
      return (turn.again ?? turn.ask?.attribute) === action.value ? conversation.decline(action.value) : turn
    })
  })

  app.message(async ({ message, client }) => {
    if (message.subtype !== undefined || message.channel_type !== 'im') return
    const said = message.text ?? ''
    const { channel } = message
    if (said.trim().toLowerCase() === 'start over') await store.write(channel, { state: null })
    await step({ channel, client }, (conversation, kept) => {
      if (!kept.state || said.trim().toLowerCase() === 'start over') return conversation.next()
      const turn = conversation.next()
      return turn.end ? turn : conversation.answer(turn.again ?? turn.ask.attribute, said)
    })
  })
  return app
}
