import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as leadstage from 'leadstage'
import 'leadstage/chat'
import { hostile } from '../support/hostile.js'

const { Conversation, LeadstageError, Playbook, Questions } = leadstage
const now = Date.UTC(2026, 10, 25)

const document = {
  leadstage: 1,
  name: 'chat',
  version: 3,
  attributes: {
    'account.employees': {
      type: 'number', whole: true, min: 1,
      ask: { text: 'How many people work there?', cost: 0.5, answers: [{ label: '1 to 49', range: [1, 49] }, { label: '50 or more', range: [50, null] }] },
    },
    'account.industry': { type: 'choice', options: ['software', 'retail'], synonyms: { software: ['SaaS'] }, ask: { text: 'Which industry are you in?' } },
    'account.channels': { type: 'choices', options: ['Events', 'Chat', 'E-mail'], ask: { text: 'What brings your leads?', cost: 2 } },
    'contact.partner': { type: 'boolean', asserted_by: ['sales'] },
  },
  signals: { demo_request: {} },
  routes: [
    { when: { signal: 'demo_request' }, then: 'talk_to_sales' },
    { when: { 'account.employees': { from: 50 }, 'account.industry': 'software', 'account.channels': { has_any: ['Chat'] } }, then: 'book_meeting' },
    { then: 'nurture' },
  ],
}
const questions = Questions.parse(document)
const begin = (options) => questions.conversation({ asOf: now, ...options })
const code = (expected, path) => (error) => {
  assert.ok(error instanceof LeadstageError, String(error.stack))
  assert.equal(error.problems[0].code, expected)
  if (path !== undefined) assert.equal(error.problems[0].path, path)
  return true
}

/** Leads a conversation with the calls that `<leadstage-chat>` makes, to its end. */
async function chat(conversation, said) {
  const asked = []
  let turn = await conversation.next()
  while (!turn.end) {
    assert.ok(asked.length < 20, 'it comes to an end')
    const id = turn.ask?.attribute ?? turn.again
    asked.push(id)
    const value = said(id, turn)
    turn = await (value === undefined ? conversation.decline(id) : conversation.answer(id, value))
  }
  return { asked, turn }
}

describe('a conversation in Node', () => {
  it('says which playbook it goes by', () => {
    assert.deepEqual({ ...questions }, { name: 'chat', version: 3, digest: Playbook.parse(document).digest })
    assert.throws(() => Questions.parse({ leadstage: 1, name: 'x' }), code('missing_field'))
  })

  it('leads a chat to its route with the fewest questions', async () => {
    // All three must hold, each half and half (tests tell sets with Chat from sets without), so the cheapest comes first: 0.5, 1, 2.
    const conversation = begin()
    const { asked, turn } = await chat(conversation, (id) => ({ 'account.employees': 'about 200', 'account.industry': 'we are in SaaS', 'account.channels': ['E-mail', 'Chat'] })[id])
    assert.deepEqual(asked, ['account.employees', 'account.industry', 'account.channels'])
    assert.deepEqual(turn, { end: 'settled', route: 'book_meeting', settled: true })
    assert.deepEqual(conversation.state().facts, [
      { attribute: 'account.employees', range: [180, 220], source: 'visitor', at: now, words: 'about 200' },
      { attribute: 'account.industry', value: 'software', source: 'visitor', at: now, words: 'we are in SaaS' },
      { attribute: 'account.channels', value: ['Chat', 'E-mail'], source: 'visitor', at: now, words: 'E-mail, Chat' },
    ])
    const { route } = conversation.decide()
    assert.equal(route.then, 'book_meeting')
    assert.equal(route.settled, true)
  })

  it('stops as soon as no answer can change the route', async () => {
    const { asked, turn } = await chat(begin(), () => '1 to 49')
    assert.deepEqual(asked, ['account.employees'])
    assert.deepEqual(turn, { end: 'settled', route: 'nurture', settled: true })
    const events = [{ signal: 'demo_request', at: now - 1 }]
    assert.deepEqual(begin({ evidence: { events } }).next(), { end: 'settled', route: 'talk_to_sales', settled: true })
  })

  it('explains what it asks', () => {
    const { ask, text, answers } = begin().next()
    // 0.5 + half of (1 + half of 2); 1 + half of 1 + a quarter of 1 questions.
    assert.deepEqual(ask, {
      attribute: 'account.employees', method: 'exact', expected_questions: 1.75, at_most: 3, expected_cost: 1.5, no_less_than: 1.5,
      decides: { answers: 1, of: 2, share: 0.5 }, why: 'decides the route in 1 of 2 answers; 1.8 questions to be expected, 3 at most',
    })
    assert.deepEqual([text, answers], ['How many people work there?', ['1 to 49', '50 or more']])
  })

  it('lets several answers be chosen', async () => {
    const conversation = begin({ evidence: { facts: { 'account.employees': 70, 'account.industry': 'software' } } })
    const turn = conversation.next()
    assert.deepEqual([turn.answers, turn.multiple], [['Events', 'Chat', 'E-mail'], true])
    assert.deepEqual(conversation.answer('account.channels', []), { end: 'settled', route: 'nurture', settled: true })
    assert.equal(conversation.correct('account.channels', ['Chat']).route, 'book_meeting')
    const again = conversation.correct('account.channels', ['Fax'])
    assert.equal(again.again, 'account.channels')
    assert.equal(again.message, '`Fax` is none of the answers')
  })

  it('asks again, then something else, or hands over', () => {
    const conversation = begin()
    conversation.next()
    const again = conversation.answer('account.employees', 'hm')
    assert.equal(again.again, 'account.employees')
    assert.match(again.message, /^please /)
    // It is skipped, so the meeting is out of reach.
    assert.deepEqual(conversation.answer('account.employees', 'hm'), { end: 'nothing_to_ask', route: 'nurture', settled: false })
    assert.deepEqual(conversation.state().passed, [{ attribute: 'account.employees', why: 'skipped' }])
    const other = begin({ tries: 1, handOver: true })
    other.next()
    assert.deepEqual(other.answer('account.employees', 'hm'), { end: 'handed_over', route: 'nurture', settled: false })
  })

  it('takes corrections and refusals', () => {
    const conversation = begin()
    conversation.next()
    assert.equal(conversation.answer('account.employees', '20').end, 'settled')
    assert.equal(conversation.correct('account.employees', '60').ask.attribute, 'account.industry')
    // Without the industry the meeting is out of reach, whatever is said; but it is not settled.
    assert.deepEqual(conversation.decline('account.industry'), { end: 'nothing_to_ask', route: 'nurture', settled: false })
    const { facts, passed } = conversation.state()
    assert.deepEqual(facts.map(({ value }) => value), [20, 60])
    assert.deepEqual(passed, [{ attribute: 'account.employees', why: 'answered' }, { attribute: 'account.industry', why: 'declined' }])
  })

  it('goes on from a state that was kept, elsewhere and later', () => {
    const conversation = begin()
    conversation.next()
    const turn = conversation.answer('account.employees', '50 or more')
    for (const state of [conversation.state(), conversation.stateText()]) {
      const later = Questions.parse(JSON.stringify(document)).conversation({ state, asOf: () => new Date(now + 86_400_000) })
      assert.deepEqual(later.next(), turn)
      assert.equal(later.stateText(), conversation.stateText())
    }
    assert.throws(() => begin({ state: { ...conversation.state(), playbook: 'another' } }), code('conflict', '/playbook'))
  })

  it('takes what is known besides as it comes', () => {
    const conversation = begin()
    assert.equal(conversation.next().ask.attribute, 'account.employees')
    conversation.know({ facts: { 'account.employees': { value: 500, source: 'crm' } } })
    assert.equal(conversation.next().ask.attribute, 'account.industry')
    assert.equal(conversation.tell('account.industry', 'retial'), 'did you mean retail? please choose one of these: software, retail')
    assert.equal(conversation.tell('account.industry', 'retail'), null)
    assert.deepEqual(conversation.next(), { end: 'settled', route: 'nurture', settled: true })
  })

  it('takes the facts of a language model with the words that they rest on', () => {
    const conversation = begin()
    const found = { facts: [{ attribute: 'account.industry', value: 'retail', quote: 'we run shops' }] }
    assert.throws(() => conversation.infer(found, ['hello']), code('bad_quote', '/facts/0/quote'))
    assert.deepEqual(conversation.state().facts, [])
    assert.deepEqual(conversation.infer(found, ['hello', 'Well, we run  shops.']).next(), { end: 'settled', route: 'nurture', settled: true })
    assert.deepEqual(questions.tools().map(({ name }) => name), ['record_facts', 'decline_question'])
    assert.deepEqual(questions.tools('openai').map((tool) => tool.function.name), ['record_facts', 'decline_question'])
    assert.ok(questions.tools('anthropic').every((tool) => tool.input_schema.type === 'object'))
    assert.throws(() => questions.tools('other'), code('bad_value', '/dialect'))
  })

  it('tells the next question on evidence alone, and the whole tree', () => {
    assert.equal(questions.next({}, now).ask.attribute, 'account.employees')
    assert.deepEqual(questions.next({}, now, ['account.employees']), { end: 'nothing_to_ask', route: 'nurture', settled: false })
    const tree = questions.tree({ facts: { 'account.employees': 70, 'account.industry': 'software' } }, now)
    assert.equal(tree.ask.attribute, 'account.channels')
    assert.ok(tree.branches.every(({ then }) => then.settled))
    assert.match(questions.treeText({}, now), /^How many people work there\?/)
    assert.match(questions.treeText({}, now, 'svg'), /^<svg /)
    assert.match(questions.treeText({}, now, 'dot'), /^digraph /)
  })

  it('refuses what has no meaning', () => {
    const conversation = begin()
    conversation.next()
    assert.throws(() => conversation.answer('account.size', '5'), code('unknown_name', '/id'))
    assert.throws(() => conversation.decline('contact.partner'), code('unknown_name', '/id'))
    assert.throws(() => conversation.answer('account.employees', { value: 5 }), code('wrong_type', '/value'))
    assert.throws(() => begin({ evidence: { facts: { 'account.size': 5 } } }), code('unknown_name'))
    assert.throws(() => begin({ tries: 0 }), code('out_of_range', '/tries'))
    assert.throws(() => begin({ clock: now }), code('unknown_field', '/clock'))
    assert.throws(() => new Conversation().next(), code('conflict'))
    conversation.free()
    assert.throws(() => conversation.next(), code('conflict'))
  })
})

/** Either it works, or it says what is wrong; true where it works. */
function works(act, what) {
  try {
    act()
    return true
  } catch (error) {
    assert.ok(error instanceof LeadstageError, `${what} threw ${String(error?.stack ?? error)}`)
    assert.ok(error.problems.length > 0, what)
    return false
  }
}

describe('hostile input to a conversation', () => {
  for (const [what, make] of hostile) {
    it(`${what}: a problem at most, and what is kept is as before where it was`, () => {
      const conversation = begin()
      conversation.next()
      let before = conversation.stateText()
      const watched = (act, door) => {
        const taken = works(act, door)
        const after = conversation.stateText()
        if (!taken) assert.equal(after, before, `${door} was refused and changed something`)
        before = after
      }
      watched(() => conversation.answer(make(), 'x'), 'id')
      watched(() => conversation.answer('account.employees', make()), 'answer')
      watched(() => conversation.answer('account.channels', [make()]), 'list')
      watched(() => conversation.correct('account.channels', make()), 'correction')
      watched(() => conversation.decline(make()), 'decline')
      watched(() => conversation.tell(make(), make()), 'tell')
      watched(() => conversation.tell('account.industry', make()), 'told value')
      watched(() => conversation.infer(make(), ['x']), 'infer')
      watched(() => conversation.infer({ facts: [make()] }, ['x']), 'inferred fact')
      watched(() => conversation.infer({ facts: [] }, make()), 'messages')
      watched(() => conversation.know(make()), 'know')
      watched(() => conversation.know({ facts: make() }), 'known facts')
      works(() => questions.conversation(make()), 'options')
      for (const option of ['evidence', 'state', 'tries', 'handOver']) works(() => begin({ [option]: make() }), option)
      works(() => questions.next(make(), now), 'evidence of next')
      works(() => questions.next({}, make()), 'instant of next')
      works(() => questions.next({}, now, make()), 'passed')
      works(() => questions.tree(make(), now), 'tree')
      works(() => questions.treeText({}, now, make()), 'form')
      works(() => questions.tools(make()), 'dialect')
      works(() => Questions.parse(make()), 'parse')
      conversation.free()
    })
  }
})
