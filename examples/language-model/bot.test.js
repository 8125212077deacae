import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeChat } from './bot.js'
import { replay } from './replay.js'

const now = Date.UTC(2026, 10, 25)
const SIZE = 'How many people work at your company?'

/** What a model would answer, message by message; what it was given is kept. */
function scripted(...answers) {
  const given = []
  const model = async (request) => {
    given.push(request)
    assert.ok(answers.length, 'the script has an answer left')
    return { calls: answers.shift() }
  }
  return { model, given }
}
const record = (...facts) => [{ id: 'c1', name: 'record_facts', arguments: JSON.stringify({ facts }) }]
const size = (value, quote) => ({ attribute: 'account.employees', value, quote })
const begin = (model, state) => makeChat({ model, state, asOf: now })

describe('a chat with a language model', () => {
  it('gives the tools that the playbook asks for', async () => {
    const { model, given } = scripted([])
    await begin(model).write('Hello')
    const [{ tools, messages, system }] = given
    assert.deepEqual(tools.map((tool) => [tool.type, tool.function.name]), [['function', 'record_facts'], ['function', 'decline_question']])
    const facts = tools[0].function.parameters.properties.facts.items.anyOf
    assert.equal(facts.length, 3)
    assert.ok(JSON.stringify(facts).includes('"enum":["software","retail"]'))
    assert.deepEqual(tools[1].function.parameters.properties.attribute.enum.toSorted(), ['account.employees', 'account.industry', 'deal.soon'])
    assert.deepEqual(messages, [{ role: 'user', content: 'Hello' }])
    assert.ok(system.endsWith(SIZE))
  })

  it('takes facts with their quotes, and asks only what is left', async () => {
    const { model } = scripted(
      record(size(300, '300 of us'), { attribute: 'account.industry', value: 'software', quote: 'we make payroll software' }),
      record({ attribute: 'deal.soon', value: true, quote: 'before Christmas' }),
    )
    const first = begin(model)
    const { turn, results } = await first.write('There are 300 of us, and we make  payroll software.')
    assert.deepEqual(results, [{ id: 'c1', ok: true }])
    assert.equal(turn.ask.attribute, 'deal.soon')
    const kept = JSON.parse(JSON.stringify(first.kept()))
    first.free()
    const second = begin(model, kept)
    assert.deepEqual((await second.write('It has to run before Christmas.')).turn, { end: 'settled', route: 'book_meeting', settled: true })
    const { facts } = second.kept().conversation
    assert.deepEqual(facts.map(({ attribute, value, source }) => [attribute, value, source]), [
      ['account.employees', 300, 'inferred'], ['account.industry', 'software', 'inferred'], ['deal.soon', true, 'inferred'],
    ])
  })

  it('refuses a quote that the visitor did not write, and all of that call', async () => {
    const { model } = scripted(record({ attribute: 'account.industry', value: 'software', quote: 'payroll' }, size(300, 'there are 300 of us')))
    const chat = begin(model)
    const { turn, results } = await chat.write('We make payroll software.')
    assert.deepEqual(results[0].problems.map(({ code, path }) => [code, path]), [['bad_quote', '/facts/1/quote']])
    assert.equal(turn.again, 'account.employees')
    assert.deepEqual(chat.kept().conversation.facts, [])
  })

  it('refuses words of its own question as a quote', async () => {
    const { model } = scripted([], record(size(50, 'work at your company')))
    const chat = begin(model)
    await chat.write('Hello')
    assert.equal(chat.kept().messages[1].role, 'assistant')
    assert.ok(chat.kept().messages[1].content.includes('work at your company'))
    assert.equal((await chat.write('Hm.')).results[0].problems[0].code, 'bad_quote')
  })

  it('does without the model where the words are plain', async () => {
    const { model } = scripted([{ id: 'c1', name: 'book', arguments: '{}' }])
    const chat = begin(model)
    const { turn, results } = await chat.write('about 20')
    assert.equal(results[0].problems[0].code, 'unknown_tool')
    assert.deepEqual(turn, { end: 'settled', route: 'nurture', settled: true })
    assert.deepEqual(chat.kept().conversation.facts.map(({ range, source }) => [range, source]), [[[18, 22], 'visitor']])
  })

  it('lets the visitor win over the model', async () => {
    const { model } = scripted(record(size(300, '300')))
    const chat = begin(model)
    assert.equal((await chat.write('300 at our parent company')).turn.ask.attribute, 'account.industry')
    assert.deepEqual(chat.correct('account.employees', '20'), { end: 'settled', route: 'nurture', settled: true })
    assert.equal(chat.decide().route.then, 'nurture')
    assert.deepEqual(chat.kept().conversation.facts.map(({ value, source }) => [value, source]), [[300, 'inferred'], [20, 'visitor']])
  })

  it('notes what was declined, and survives broken arguments', async () => {
    const { model } = scripted(
      [{ id: 'a', name: 'decline_question', arguments: '{' }, { id: 'b', name: 'decline_question', arguments: '{"attribute":"account.fax"}' }, { id: 'c', name: 'record_facts', arguments: '{' }],
      [{ id: 'd', name: 'decline_question', arguments: '{"attribute":"account.employees"}' }],
    )
    const chat = begin(model)
    const first = await chat.write('Why do you ask?')
    assert.deepEqual(first.results.map(({ problems }) => problems.length > 0), [true, true, true])
    assert.equal(first.turn.again, 'account.employees')
    // Unknown counts as not met, so both other routes are out of reach.
    assert.deepEqual((await chat.write('That is none of your business.')).turn, { end: 'nothing_to_ask', route: 'nurture', settled: false })
  })

  it('hands over after three messages that bring nothing', async () => {
    const { model } = scripted([], [], [])
    const chat = begin(model)
    assert.equal((await chat.write('hm')).turn.again, 'account.employees')
    assert.equal((await chat.write('hm')).turn.again, 'account.employees')
    assert.equal((await chat.write('hm')).turn.end, 'handed_over')
  })

  it('replays the transcript of the example', async () => {
    const lines = []
    const turn = await replay((line) => lines.push(line), now)
    assert.deepEqual(turn, { end: 'settled', route: 'book_meeting', settled: true })
    // The second call quotes what nobody wrote, so its words are taken as the answer and don't do.
    assert.equal(lines.filter((line) => line.startsWith('refused: bad_quote')).length, 1)
  })
})
