// How the time of a decision grows, in Node: `node growth.mjs FOLDER [--package FOLDER]`, with a folder of the harness's `growth --keep`.
// Medians in microseconds and the bytes that an event takes, as JSON.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    package: { type: 'string', default: fileURLToPath(new URL('../../dist/npm/leadstage', import.meta.url)) },
    only: { type: 'string' },
  },
})
if (positionals.length !== 1) {
  console.error('usage: node growth.mjs FOLDER [--package FOLDER] [--only CASE]')
  process.exit(2)
}
/** So many visitors at once show what each event takes. */
const VISITORS = 64

// The package keeps its memory to itself, so it is caught when the module is instantiated.
let memory
const { Instance } = WebAssembly
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given)
    memory = this.exports.memory
  }
}
const { Playbook } = await import(pathToFileURL(resolve(values.package, 'visitor.node.js')))
WebAssembly.Instance = Instance
const startBytes = memory.buffer.byteLength

const read = name => readFileSync(join(positionals[0], name))
const { as_of: asOf, cases: count, decisions, hours } = JSON.parse(read('growth.json'))
const load = place => ({ ...JSON.parse(read(`${place}.json`)), playbook: Playbook.load(read(`${place}.bin`)) })

const median = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

function time({ playbook, evidence, later }) {
  const session = playbook.session()
  const facts = { facts: evidence.facts }
  const tracks = []
  const decided = []
  const texts = []
  const anew = []
  const timed = (list, act, share = 1) => {
    const begun = performance.now()
    act()
    list.push((performance.now() - begun) * 1_000 / share)
  }
  while (decided.length < decisions) {
    session.load(facts)
    timed(tracks, () => { for (const event of evidence.events) session.track(event) }, evidence.events.length)
    session.decide(asOf)
    for (const event of later) {
      session.track(event)
      timed(decided, () => session.decide(event.at))
      timed(texts, () => session.decideText(event.at + 1))
    }
  }
  for (let hour = 1; hour <= hours; hour += 1) timed(anew, () => session.decide(asOf + 3_600_000 * hour))
  session.free()
  return { track: median(tracks), decide: median(decided), text: median(texts), anew: median(anew) }
}

/** What an event of a visitor takes, beyond what a visitor without events does. Nothing is given back, so that all growth shows. */
const kept = []
function perEvent({ playbook, evidence }) {
  const grown = events => {
    const before = memory.buffer.byteLength
    for (let nth = 0; nth < VISITORS; nth += 1) kept.push(playbook.session().load({ facts: evidence.facts, events }))
    return memory.buffer.byteLength - before
  }
  const without = grown([])
  return (grown(evidence.events) - without) / (VISITORS * evidence.events.length)
}

if (values.only === undefined) {
  const cases = Array.from({ length: count }, (_, place) => load(place))
  const largest = matter => cases.findLast(one => one.rules === 100 && one.matter === matter)
  const bytesPerEvent = perEvent(largest(true))
  const bytesPerUnseenEvent = perEvent(largest(false))
  for (const visitor of kept) visitor.free()
  const took = cases.map(time)
  console.log(JSON.stringify({ took, startBytes, bytesPerEvent, bytesPerUnseenEvent }))
} else console.log(JSON.stringify(time(load(values.only))))
