import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Questions } from 'leadstage'
import { cases } from '../support/dist.js'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** Runs TypeScript over a text that may import the package. */
function compile(text) {
  // Beside the packages, so that the import finds them.
  const folder = join(modules, '.leadstage-types')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'decisions.ts')
  writeFileSync(file, text)
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--strict', '--noEmit', '--module', 'nodenext', '--lib', 'es2022,dom', file], { encoding: 'utf8' })
  return { status, stdout }
}

const program = (brief, explained) => `import type { Decision, Explained } from 'leadstage/visitor'
export const brief: Decision[] = [${brief.join(',\n')}]
export const explained: Explained[] = [${explained.join(',\n')}]\n`

test('the declared types are those of real decisions: no key is missing and none is undeclared', () => {
  const all = cases()
  const { status, stdout } = compile(program(all.map(({ brief }) => brief), all.map(({ explained }) => explained)))
  assert.equal(stdout, '')
  assert.equal(status, 0)
})

/** Turns, states and trees of conversations in which everything occurs that may. */
function conversations() {
  const boolean = (text) => ({ type: 'boolean', ask: { text } })
  const questions = Questions.parse({
    leadstage: 1,
    name: 'types',
    version: 1,
    attributes: {
      'account.a': boolean('a?'),
      'account.b': boolean('b?'),
      'account.tools': { type: 'choices', options: ['x', 'y'], ask: { text: 'Which?' } },
      'account.size': { type: 'number', min: 0, ask: { text: 'How many?' } },
    },
    routes: [{ when: { 'account.a': true, 'account.b': true, 'account.tools': { has_any: ['x'] }, 'account.size': { from: 9 } }, then: 'book' }, { then: 'nurture' }],
  })
  const conversation = questions.conversation({ asOf: 0, evidence: { facts: { 'account.a': true } } })
  const turns = []
  const states = [conversation.stateText()]
  const take = (turn) => {
    turns.push(JSON.stringify(turn))
    states.push(conversation.stateText())
    return turn
  }
  let turn = take(conversation.next())
  const answers = { 'account.b': true, 'account.tools': ['x', 'y'], 'account.size': 'about 20' }
  while (turn.ask) {
    take(conversation.answer(turn.ask.attribute, 'hm'))
    turn = take(conversation.answer(turn.ask.attribute, answers[turn.ask.attribute]))
  }
  take(conversation.decline('account.a'))
  const handed = questions.conversation({ asOf: 0, tries: 1, handOver: true })
  handed.next()
  turns.push(JSON.stringify(handed.answer(handed.state().asked.attribute, 'hm')))
  states.push(handed.stateText())
  for (const key of ['"multiple":true', '"again"', '"message"', '"end":"settled"', '"end":"handed_over"', '"ask"']) assert.ok(turns.join().includes(key), key)
  for (const key of ['"words"', '"range"', '"value":["x","y"]', '"tries":1', '"declined"', '"handed_over":true']) assert.ok(states.join().includes(key), key)
  return { turns, states, trees: [questions.treeText({}, 0, 'json')] }
}

const planned = ({ turns, states, trees }) => `import type { ConversationState, PlannedTurn, QuestionTree } from 'leadstage'
export const turns: PlannedTurn[] = [${turns.join(',\n')}]
export const states: ConversationState[] = [${states.join(',\n')}]
export const trees: QuestionTree[] = [${trees.join(',\n')}]\n`

test('the declared types are those of real conversations as well', () => {
  const all = conversations()
  const { status, stdout } = compile(planned(all))
  assert.equal(stdout, '')
  assert.equal(status, 0)
  const more = (text, key) => text.replace(key, `"undeclared":1,${key}`)
  const found = (changed) => compile(planned({ ...all, ...changed })).stdout
  assert.match(found({ turns: [more(all.turns[0], '"text":')] }), /undeclared/)
  assert.match(found({ states: [more(all.states[0], '"facts":')] }), /undeclared/)
  assert.match(found({ trees: [more(all.trees[0], '"text":')] }), /undeclared/)
  assert.match(found({ turns: [all.turns[0].replace(/"why":"[^"]*"/, '"more":1')] }), /more|why/)
})

test('a key that is not declared would be found', () => {
  const [{ brief, explained }] = cases()
  const more = explained.replace('"set_aside":{', '"set_aside":{"undeclared":1,')
  assert.match(compile(program([brief], [more])).stdout, /undeclared/)
  const less = explained.replace(/"as_of":-?\d+,/, '')
  assert.match(compile(program([brief], [less])).stdout, /as_of/)
})
