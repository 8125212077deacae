// The peers beyond the short form, in packages of their own: `npm ci --prefix benches/js/peers`.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decide } from '../hand.mjs'
import { FIT, GATE, INTENT } from '../json-logic.mjs'
import { prepare } from '../rules-engine.mjs'
import * as cedar from './cedar.mjs'
import * as cel from './cel.mjs'
import * as datalogic from './datalogic.mjs'
import * as jsonLogic from './json-logic-js.mjs'
import * as zen from './zen.mjs'

/** In the form of `contenders`; `leads` have ages and weights at their events. */
export function peers(leads, asOf) {
  const summed = leads.map(prepare)
  return [
    { name: 'json-logic-js', inputs: leads, run: jsonLogic.contender(), share: 0.1 },
    { name: 'datalogic, wasm', inputs: leads.map(lead => JSON.stringify(lead)), run: datalogic.contender(), share: 0.1 },
    { name: 'ZEN, native in Node', inputs: leads, run: zen.native(), read: zen.read, waits: true, share: 0.05 },
    { name: 'ZEN, wasm (expressions)', inputs: leads, run: zen.wasm(), share: 0.05 },
    { name: 'cel-js', inputs: summed.map(cel.prepare), run: cel.contender(), share: 0.1 },
    {
      name: 'cedar-wasm, gates only',
      inputs: summed.map((facts, place) => cedar.prepare(facts, decide(leads[place], asOf))),
      run: cedar.contender(),
      share: 0.1,
    },
  ]
}

/** Writes rules and leads for the peers in Rust that read JSON Logic. */
export function handOver(folder, leads) {
  writeFileSync(join(folder, 'json-logic.json'), JSON.stringify({ fit: FIT, intent: INTENT, gate: GATE }))
  writeFileSync(join(folder, 'aged.jsonl'), leads.map(lead => `${JSON.stringify(lead)}\n`).join(''))
}
