// The contenders in Node: each takes a lead in the form it likes best, made ready beforehand and not timed.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { columns } from './columns.mjs'
import * as hand from './hand.mjs'
import * as jsonLogic from './json-logic.mjs'
import * as rulesEngine from './rules-engine.mjs'

/** Reads a workload that the harness has written. */
export function workload(folder) {
  const read = name => readFileSync(join(folder, name), 'utf8')
  const lines = name => read(name).trimEnd().split('\n')
  const { as_of: asOf, gates } = JSON.parse(read('workload.json'))
  return {
    folder,
    asOf,
    gates,
    texts: lines('leads.jsonl'),
    expected: lines('expected.jsonl').map(line => JSON.parse(line)),
    playbook: new Uint8Array(readFileSync(join(folder, 'playbook.bin'))),
  }
}

/** A lead as nested objects, all of one shape, as an application would hold it. */
export function nested({ facts, events }) {
  return {
    account: {
      industry: facts['account.industry'],
      employees: facts['account.employees'],
      revenue: facts['account.revenue'],
      region: facts['account.region'],
      technologies: facts['account.technologies'],
      listed: facts['account.listed'],
    },
    contact: {
      department: facts['contact.department'],
      seniority: facts['contact.seniority'],
      business_email: facts['contact.business_email'],
      consent: facts['contact.consent'],
    },
    deal: {
      budget: facts['deal.budget'],
      authority: facts['deal.authority'],
      need: facts['deal.need'],
      months_to_start: facts['deal.months_to_start'],
    },
    events: events.map(({ signal, at, properties }) => ({
      signal,
      at,
      path: properties?.path,
      journey: properties?.journey,
      attended: properties?.attended,
      minutes: properties?.minutes,
    })),
  }
}

/** The same, with the age and the weight of each event for engines that have no decay. */
export function weighted(lead, asOf) {
  return { ...lead, events: lead.events.map(event => ({ ...event, ...rulesEngine.aged(event.at, asOf) })) }
}

/**
 * `{ name, inputs, run, read }`: `run` is timed, `read` makes scores and gate of what it gives.
 * Those with `many` take all leads in one call, and `read` makes a list of what comes out.
 */
export async function contenders({ folder, asOf, gates, texts, playbook }, packageFolder, onlyPeers) {
  const evidence = texts.map(text => JSON.parse(text))
  const leads = evidence.map(nested)
  const ready = leads.map(lead => weighted(lead, asOf))
  if (onlyPeers) {
    const { handOver, peers } = await import('./peers/index.mjs')
    handOver(folder, ready)
    return peers(ready, asOf).map(complete)
  }
  const list = [
    { name: 'hand-written JS', inputs: leads, run: lead => hand.decide(lead, asOf) },
    { name: 'json-logic-engine, compiled', inputs: ready, run: jsonLogic.contender() },
    {
      name: 'json-rules-engine',
      inputs: ready.map(rulesEngine.prepare),
      run: rulesEngine.contender(),
      waits: true,
      share: 0.1,
    },
    { name: 'JSON.parse + hand-written JS', inputs: texts, run: text => hand.decide(nested(JSON.parse(text)), asOf) },
  ]
  const entry = join(packageFolder, 'visitor.node.js')
  if (existsSync(entry)) {
    const slim = await leadstage(entry, playbook, evidence, asOf, gates)
    list.push(...slim)
    const full = join(packageFolder, 'index.node.js')
    if (existsSync(full)) list.push(...await whole(full, playbook, { texts, evidence }, asOf, gates))
  }
  return list.map(complete)
}

function complete(contender) {
  return { read: outcome => outcome, share: 1, ...contender }
}

function reader(gates) {
  return ({ scores, gates: open }) => ({
    fit: scores.fit.value,
    intent: scores.intent.value,
    gate: gates.findLastIndex(gate => open[gate].open) + 1,
  })
}

async function leadstage(entry, bytes, evidence, asOf, gates) {
  const { Playbook } = await import(pathToFileURL(entry))
  const playbook = Playbook.load(bytes)
  const session = playbook.session()
  const read = reader(gates)
  const readText = text => read(JSON.parse(text))
  return [
    {
      name: 'leadstage/visitor, session.load + decide',
      inputs: evidence,
      run: lead => session.load(lead).decide(asOf),
      read,
    },
    {
      name: 'leadstage/visitor, session.load + decideText',
      inputs: evidence,
      run: lead => session.load(lead).decideText(asOf),
      read: readText,
    },
    {
      name: 'leadstage/visitor, session.load + explainText',
      inputs: evidence,
      run: lead => session.load(lead).explainText(asOf),
      read: readText,
      share: 0.5,
    },
  ]
}

async function whole(entry, bytes, { texts, evidence }, asOf, gates) {
  const { Playbook } = await import(pathToFileURL(entry))
  const playbook = Playbook.load(bytes)
  const read = reader(gates)
  const readText = text => read(JSON.parse(text))
  return [
    { name: 'leadstage, decideText', inputs: evidence, run: lead => playbook.decideText(lead, asOf), read: readText },
    {
      name: 'leadstage, columns',
      many: columns(evidence),
      run: table => playbook.decideColumns(table, { asOf }),
      read: ({ scores: { fit, intent }, gates: open }) => evidence.map((_, row) => ({
        fit: fit.value[row] / 1000,
        intent: intent.value[row] / 1000,
        gate: gates.findLastIndex(gate => open[gate].open[row] === 1) + 1,
      })),
    },
    {
      name: 'leadstage, lines',
      many: new TextEncoder().encode(texts.join('\n')),
      run: lines => playbook.decideLines(lines, { asOf }),
      read: lines => new TextDecoder().decode(lines).trimEnd().split('\n').map(line => read(JSON.parse(line).decision)),
    },
    {
      name: 'leadstage, rows',
      many: evidence,
      run: rows => playbook.decideRows(rows, { asOf }),
      read: rows => rows.map(({ decision }) => read(decision)),
    },
    {
      name: 'leadstage, evaluateText (explained)',
      inputs: evidence,
      run: lead => playbook.evaluateText(lead, asOf),
      read: readText,
      share: 0.5,
    },
  ]
}
