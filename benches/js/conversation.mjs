// How long a pick takes in Node, in the package as it is published: conversations from their first question to their route.
//
//   cargo run --release -p leadstage-bench --bin conversation -- --questions 40 --print > conversations.jsonl
//   node benches/js/conversation.mjs conversations.jsonl [--package FOLDER] [--repeats 5] [--cold 20]
//
// All conversations are led several times, and the least time of each pick counts: what else the machine does is left out.
// `--cold` starts so many processes, playbook by playbook, for the very first pick, while the engine is still being compiled: what it
// takes by the clock, and the CPU time of all threads, compilation beside it included.

import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    package: { type: 'string', default: fileURLToPath(new URL('../../dist/npm/leadstage', import.meta.url)) },
    repeats: { type: 'string', default: '5' },
    cold: { type: 'string', default: '20' },
    first: { type: 'string' },
  },
})
const [repeats, cold] = [Number(values.repeats), Number(values.cold)]
if (positionals.length !== 1 || !(repeats >= 1) || !(cold >= 0)) {
  console.error('usage: node conversation.mjs FILE [--package FOLDER] [--repeats N] [--cold N]')
  process.exit(2)
}
const { Questions } = await import(pathToFileURL(resolve(values.package, 'index.node.js')))

/** Everything that one turn takes: understanding what was said, the pick, and its way to an object. */
function timed(act, took) {
  const begun = performance.now()
  const turn = act()
  took.push(performance.now() - begun)
  return turn
}

/** One conversation: its picks, and what each turn took. */
function lead(questions, { evidence, as_of: asOf }, said) {
  const conversation = questions.conversation({ evidence, asOf })
  const picks = []
  const took = []
  let turn = timed(() => conversation.next(), took)
  while (!turn.end) {
    if (turn.again) throw new Error(`not understood: ${turn.message}`)
    picks.push(turn.ask)
    const id = turn.ask.attribute
    turn = timed(() => conversation.answer(id, said[id]), took)
  }
  conversation.free()
  return { picks, took: took.slice(0, picks.length) }
}

const all = []
let left = Number(values.first ?? 0)
let playbooks = 0
for await (const line of createInterface({ input: createReadStream(positionals[0]) })) {
  playbooks += 1
  if ((left -= 1) >= 0) continue
  const given = JSON.parse(line)
  const questions = Questions.parse(given.playbook)
  if (values.first !== undefined) {
    const conversation = questions.conversation({ evidence: given.evidence, asOf: given.as_of })
    const took = []
    const used = process.cpuUsage()
    timed(() => conversation.next(), took)
    const { user, system } = process.cpuUsage(used)
    console.log(JSON.stringify([took[0], (user + system) / 1000]))
    process.exit(0)
  }
  all.push(...given.visitors.map((said) => ({ questions, given, said, least: [] })))
}
let exact = 0
for (let pass = 0; pass < repeats; pass += 1) {
  for (const one of all) {
    const { picks, took } = lead(one.questions, one.given, one.said)
    if (pass === 0) exact += picks.filter((pick) => pick.method === 'exact').length
    one.least = took.map((ms, at) => Math.min(ms, one.least[at] ?? Infinity))
  }
}
const least = all.flatMap((one) => one.least)
const firsts = all.flatMap((one) => one.least.slice(0, 1))
const colds = Array.from({ length: cold }, (_, at) => {
  const first = ['--first', String(at % playbooks)]
  const { stdout } = spawnSync(process.execPath, [...process.execArgv, process.argv[1], positionals[0], '--package', values.package, ...first])
  return JSON.parse(stdout)
})

const at = (list, part) => list.toSorted((one, other) => one - other)[Math.min(Math.floor(list.length * part), list.length - 1)].toFixed(3)
const told = (list) => `median ${at(list, 0.5)}, 95 % ${at(list, 0.95)}, 99 % ${at(list, 0.99)}, most ${at(list, 1)}`
console.log(`Node ${process.versions.node}; ${all.length} conversations, ${(least.length / all.length).toFixed(3)} questions each; ${least.length} picks, ${exact} exact`)
console.log(`ms a pick, the least of ${repeats}: ${told(least)}`)
console.log(`ms the first pick of a conversation: ${told(firsts)}`)
if (cold > 0) {
  ['by the clock', 'of CPU time'].forEach((what, place) => {
    const list = colds.map((one) => one[place])
    console.log(`ms ${what}, the very first pick of ${cold} processes: least ${at(list, 0)}, median ${at(list, 0.5)}, most ${at(list, 1)}`)
  })
}
