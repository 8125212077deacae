// datalogic in WebAssembly: the same rules as json-logic-engine. It takes text, which is made beforehand.
// What 4.0.14 has for Node can't be imported (CommonJS in a package of modules), so this is what it has for pages.

import { readFileSync } from 'node:fs'
import { CompiledRule, initSync } from '@goplasmatic/datalogic/web'
import { FIT, GATE, INTENT } from '../json-logic.mjs'

export function contender() {
  const file = new URL('datalogic_wasm_bg.wasm', import.meta.resolve('@goplasmatic/datalogic/web'))
  initSync({ module: readFileSync(file) })
  const [fitOf, intentOf, gateOf] = [FIT, INTENT, GATE].map(logic => new CompiledRule(JSON.stringify(logic), false))
  return text => {
    const fit = fitOf.evaluate(text)
    const intent = intentOf.evaluate(text)
    const gate = gateOf.evaluate(`{"fit":${fit},"intent":${intent},${text.slice(1)}`)
    return { fit: Number(fit), intent: Number(intent), gate: Number(gate) }
  }
}
