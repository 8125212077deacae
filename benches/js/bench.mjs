// The standard workload in Node: `node bench.mjs WORKLOAD_DIR [--package FOLDER] [--peers] [--serve]`.
//
// On its own it checks every contender on every lead, then prints rates and ratios. With `--serve` it does the same one
// command a line from the harness, so that the rounds of both take turns: `check`, `round`, answered by a line of JSON.
// With `--peers` it is the other engines instead, so that what they do to the process weighs on nobody else.

import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { contenders, workload } from './contenders.mjs'
import { downloaded } from './size.mjs'

const TOLERANCE = 0.01
const ROUNDS = 5
/** A contender runs at least so long in a round, in CPU microseconds, and over its whole share of the leads. */
const ROUND_US = 200_000
const THRESHOLDS = { fit: [25, 40, 50], intent: [5, 30, 40, 55] }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    serve: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../../dist/npm/leadstage', import.meta.url)) },
  },
})
if (positionals.length !== 1) {
  console.error('usage: node bench.mjs WORKLOAD_DIR [--package FOLDER] [--peers] [--serve]')
  process.exit(2)
}

const work = workload(positionals[0])
const list = await contenders(work, values.package, values.peers)
const size = downloaded(values.package, 'visitor.js', 'visitor.wasm')
if (size !== undefined && !values.peers) console.error(`leadstage/visitor: ${size} bytes after Brotli, not minified`)
if (values.serve) await serve()
else await alone()

/** Compares every lead with the hand-written Rust. */
async function check(contender) {
  const found = { name: contender.name, leads: 0, furthest: 0, beyond: 0, nearThreshold: 0, differ: 0, first: null }
  const all = contender.many && contender.read(contender.run(contender.many))
  for (let place = 0; place < work.expected.length; place += 1) {
    const expected = work.expected[place]
    let outcome = all ? all[place] : contender.run(contender.inputs[place])
    if (contender.waits) outcome = await outcome
    if (!all) outcome = contender.read(outcome)
    const off = Math.max(Math.abs(outcome.fit - expected.fit), Math.abs(outcome.intent - expected.intent))
    found.leads += 1
    found.furthest = Math.max(found.furthest, off)
    const scores = off <= TOLERANCE
    const gate = outcome.gate === expected.gate
    if (!scores) found.beyond += 1
    else if (!gate && nearThreshold(expected)) found.nearThreshold += 1
    if (!scores || !gate && !nearThreshold(expected)) {
      found.differ += 1
      found.first ??= { lead: place, expected, outcome }
    }
  }
  return found
}

function nearThreshold(outcome) {
  return Object.entries(THRESHOLDS).some(([score, thresholds]) =>
    thresholds.some(threshold => Math.abs(outcome[score] - threshold) <= TOLERANCE))
}

/** Leads per CPU-second of this process. */
async function rate({ inputs, many, run, waits, share }) {
  const count = many ? work.expected.length : Math.max(1, Math.round(inputs.length * share))
  let leads = 0
  let spent = 0
  const start = process.cpuUsage()
  do {
    if (many) run(many)
    else {
      for (let place = 0; place < count; place += 1) {
        const outcome = run(inputs[place])
        if (waits) await outcome
      }
    }
    leads += count
    const { user, system } = process.cpuUsage(start)
    spent = user + system
  } while (spent < ROUND_US)
  return leads / (spent / 1e6)
}

async function round(nth) {
  const rates = {}
  for (let place = 0; place < list.length; place += 1) {
    const contender = list[(place + nth) % list.length]
    rates[contender.name] = await rate(contender)
  }
  return Object.fromEntries(list.map(({ name }) => [name, rates[name]]))
}

async function serve() {
  let rounds = 0
  for await (const command of createInterface({ input: process.stdin })) {
    let answer
    if (command === 'check') {
      answer = []
      for (const contender of list) answer.push(await check(contender))
    } else answer = await round(rounds++)
    if (!process.stdout.write(JSON.stringify(answer) + '\n')) await once(process.stdout, 'drain')
  }
}

async function alone() {
  let failed = false
  for (const contender of list) {
    const { name, leads, furthest, nearThreshold, differ, first } = await check(contender)
    console.log(`${name}: ${leads} leads, furthest off ${furthest.toFixed(4)} points, ` +
      `${nearThreshold} gates differ within ${TOLERANCE} of a threshold, ${differ} differ`)
    if (differ) {
      console.log(`  first: ${JSON.stringify(first)}`)
      failed = true
    }
  }
  const rounds = []
  for (let nth = 0; nth < ROUNDS; nth += 1) rounds.push(await round(nth))
  const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
  const base = list[0].name
  console.log(`\n${'leads per cpu-s'.padStart(64)}${`of ${base}`.padStart(20)}`)
  for (const { name } of list) {
    const rate = median(rounds.map(rates => rates[name]))
    const ratio = median(rounds.map(rates => rates[name] / rates[base]))
    console.log(name.padEnd(48) + Math.round(rate).toString().padStart(16) + ratio.toPrecision(3).padStart(20))
  }
  if (failed) process.exitCode = 1
}
