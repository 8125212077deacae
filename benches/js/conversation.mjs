// How long a pick takes in Node, in the package as it is published: conversations from their first question to their route.
//
//   cargo run --release -p leadstage-bench --bin conversation -- --questions 40 --print > conversations.jsonl
//   node benches/js/conversation.mjs conversations.jsonl [--package FOLDER]

import { createInterface } from 'node:readline'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { package: { type: 'string', default: fileURLToPath(new URL('../../dist/npm/leadstage', import.meta.url)) } },
})
if (positionals.length !== 1) {
  console.error('usage: node conversation.mjs FILE [--package FOLDER]')
  process.exit(2)
}
const { Questions } = await import(pathToFileURL(resolve(values.package, 'index.node.js')))

const all = []
const firsts = []
const methods = { exact: 0, heuristic: 0 }
let conversations = 0
let asked = 0
let cold

/** Everything that one turn takes: understanding what was said, the pick, and its way to an object. */
function timed(act, ...lists) {
  const begun = performance.now()
  const turn = act()
  const took = performance.now() - begun
  cold ??= took
  if (turn.ask) {
    methods[turn.ask.method] += 1
    for (const list of lists) list.push(took)
  }
  return turn
}

for await (const line of createInterface({ input: createReadStream(positionals[0]) })) {
  const { playbook, evidence, as_of: asOf, visitors } = JSON.parse(line)
  const questions = Questions.parse(playbook)
  for (const said of visitors) {
    const conversation = questions.conversation({ evidence, asOf })
    conversations += 1
    let turn = timed(() => conversation.next(), all, firsts)
    while (!turn.end) {
      if (turn.again) throw new Error(`not understood: ${turn.message}`)
      const id = turn.ask.attribute
      asked += 1
      turn = timed(() => conversation.answer(id, said[id]), all)
    }
    conversation.free()
  }
}

const at = (list, part) => list.toSorted((one, other) => one - other)[Math.min(Math.floor(list.length * part), list.length - 1)].toFixed(3)
const told = (list) => `median ${at(list, 0.5)}, 95 % ${at(list, 0.95)}, 99 % ${at(list, 0.99)}, most ${at(list, 1)}`
console.log(`Node ${process.versions.node}; ${conversations} conversations, ${(asked / conversations).toFixed(3)} questions each; ${all.length} picks, ${methods.exact} exact`)
console.log(`ms a pick: ${told(all)}`)
console.log(`ms the first pick of a conversation: ${told(firsts)}; the very first, the engine being cold: ${cold.toFixed(3)}`)
