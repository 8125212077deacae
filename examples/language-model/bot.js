import { readFileSync } from 'node:fs'
import { LeadstageError, Questions } from 'leadstage'

const playbook = JSON.parse(readFileSync(new URL('../playbook.json', import.meta.url), 'utf8'))
const questions = Questions.parse(playbook)

/**
 * Leads a chat in which a language model reads what the visitor writes.
 * `model({ system, tools, messages })` gives `{ calls: [{ id, name, arguments }] }`, `arguments` an object or JSON, as any vendor's client can.
 * `state` is what `kept()` gave.
 */
export function makeChat({ model, state, asOf = Date.now, dialect = 'openai' }) {
  const messages = structuredClone(state?.messages ?? [])
  const conversation = questions.conversation({ state: state?.conversation, asOf, tries: 3, handOver: true })
  const tools = questions.tools(dialect)
  const wrote = () => messages.filter(({ role }) => role === 'user').map(({ content }) => content)

  /** What the model is told about its call. Nothing that it gets wrong ends the chat. */
  function take({ name, arguments: given }) {
    try {
      if (name === 'record_facts') {
        conversation.infer(given, wrote())
        return { ok: true }
      }
      if (name === 'decline_question') {
        const { attribute } = typeof given === 'string' ? JSON.parse(given) : given
        conversation.decline(attribute)
        return { ok: true }
      }
      return { problems: [{ code: 'unknown_tool', message: `there is no tool \`${name}\`` }] }
    } catch (error) {
      if (error instanceof LeadstageError) return { problems: error.problems }
      if (error instanceof SyntaxError || error instanceof TypeError) return { problems: [{ code: 'bad_arguments', message: 'expected `{ "attribute": … }`' }] }
      throw error
    }
  }

  return {
    tools,
    next: () => conversation.next(),
    /** One message of the visitor's: the model's calls count first; if they bring nothing, the words are taken as the answer. */
    async write(content) {
      const before = conversation.next()
      if (before.end) return { turn: before, results: [] }
      messages.push({ role: 'user', content })
      const { calls } = await model({ system: `Record what the visitor says. The question was: ${before.text}`, tools, messages: structuredClone(messages) })
      const results = calls.map((call) => ({ id: call.id, ...take(call) }))
      const turn = results.some(({ ok }) => ok) ? conversation.next() : conversation.answer(before.ask?.attribute ?? before.again, content)
      if (!turn.end) messages.push({ role: 'assistant', content: turn.message ? `${turn.message}\n${turn.text}` : turn.text })
      return { turn, results }
    },
    /** What the visitor sets right, in a form say. It wins over what the model found. */
    correct: (id, value) => conversation.correct(id, value),
    decide: () => conversation.decide(),
    kept: () => ({ conversation: conversation.state(), messages: structuredClone(messages) }),
    free: () => conversation.free(),
  }
}
