// json-logic-js reads the same rules as json-logic-engine, from the document each time.

import jsonLogic from 'json-logic-js'
import { FIT, GATE, INTENT } from '../json-logic.mjs'

export function contender() {
  return lead => {
    const fit = jsonLogic.apply(FIT, lead)
    const intent = jsonLogic.apply(INTENT, lead)
    return { fit, intent, gate: jsonLogic.apply(GATE, { ...lead, fit, intent }) }
  }
}
