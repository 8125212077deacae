// What the first decision of a process takes, in Node: `node cold.mjs WORKLOAD_DIR [--package FOLDER] [--processes N] [--json]`.
//
// Each process imports one engine, gives it the rules and decides on the first lead, once. CPU time of all its threads and time by the
// clock, from before the import to after the decision, in milliseconds; the engines take turns.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { values, positionals: [folder, engine] } = parseArgs({
  allowPositionals: true,
  options: {
    package: { type: 'string', default: fileURLToPath(new URL('../../dist/npm/leadstage', import.meta.url)) },
    processes: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
if (folder === undefined) {
  console.error('usage: node cold.mjs WORKLOAD_DIR [--package FOLDER] [--processes N] [--json]')
  process.exit(2)
}

const leadstage = entry => async ({ lead, asOf }, playbook) => {
  const { Playbook } = await import(pathToFileURL(resolve(values.package, entry)))
  return JSON.parse(Playbook.load(playbook).decideText(lead, asOf)).scores
}
const logic = ({ fit, intent, gate }, lead, apply) => {
  const scores = { fit: apply(fit, lead), intent: apply(intent, lead) }
  return { ...scores, gate: apply(gate, { ...lead, ...scores }) }
}
const engines = {
  'leadstage/visitor': leadstage('visitor.node.js'),
  leadstage: leadstage('index.node.js'),
  'json-logic-engine, compiled': async ({ rules, ready }) => {
    const { LogicEngine } = await import('json-logic-engine')
    const engine = new LogicEngine()
    return logic(rules, ready, (rule, data) => engine.build(rule)(data))
  },
}
if (existsSync(new URL('peers/node_modules/json-logic-js', import.meta.url))) {
  engines['json-logic-js'] = async ({ rules, ready }) => {
    const { default: { apply } } = await import('./peers/node_modules/json-logic-js/logic.js')
    return logic(rules, ready, apply)
  }
}

if (engine === undefined) await all()
else await one()

async function one() {
  const input = JSON.parse(readFileSync(join(folder, 'cold.json'), 'utf8'))
  const playbook = new Uint8Array(readFileSync(join(folder, 'playbook.bin')))
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const decided = await engines[engine](input, playbook)
  const clock = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ cpu: (user + system) / 1_000, clock, decided }))
}

async function all() {
  const [{ FIT, INTENT, GATE }, { nested, weighted }] = await Promise.all([import('./json-logic.mjs'), import('./contenders.mjs')])
  const { as_of: asOf } = JSON.parse(readFileSync(join(folder, 'workload.json'), 'utf8'))
  const lead = JSON.parse(readFileSync(join(folder, 'leads.jsonl'), 'utf8').split('\n', 1)[0])
  const inputs = mkdtempSync(join(tmpdir(), 'leadstage-cold-'))
  const took = Object.fromEntries(Object.keys(engines).map(name => [name, []]))
  try {
    const ready = weighted(nested(lead), asOf)
    writeFileSync(join(inputs, 'cold.json'), JSON.stringify({ asOf, lead, ready, rules: { fit: FIT, intent: INTENT, gate: GATE } }))
    writeFileSync(join(inputs, 'playbook.bin'), readFileSync(join(folder, 'playbook.bin')))
    for (let turn = 0; turn < Number(values.processes); turn += 1) {
      for (const name of Object.keys(engines)) {
        const script = [fileURLToPath(import.meta.url), inputs, name, '--package', resolve(values.package)]
        took[name].push(JSON.parse(execFileSync(process.execPath, script, { encoding: 'utf8' })))
      }
    }
  } finally {
    rmSync(inputs, { recursive: true })
  }
  const [first] = took.leadstage
  for (const [name, [{ decided: { fit, intent } }]] of Object.entries(took)) {
    const off = Math.max(Math.abs((fit.value ?? fit) - first.decided.fit.value), Math.abs((intent.value ?? intent) - first.decided.intent.value))
    if (!(off < 0.01)) throw new Error(`${name} differs by ${off} points`)
  }
  const of = (name, key) => {
    const sorted = took[name].map(it => it[key]).toSorted((a, b) => a - b)
    return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }
  }
  const table = Object.keys(took).map(name => ({ name, cpu: of(name, 'cpu'), clock: of(name, 'clock') }))
  if (values.json) console.log(JSON.stringify(table))
  else {
    console.log(`${'ms, least and median'.padEnd(36)}${'CPU time'.padStart(16)}${'clock'.padStart(16)}`)
    const shown = ({ least, median }) => `${least.toFixed(1)}, ${median.toFixed(1)}`.padStart(16)
    for (const { name, cpu, clock } of table) console.log(name.padEnd(36) + shown(cpu) + shown(clock))
  }
}
