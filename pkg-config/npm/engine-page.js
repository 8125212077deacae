//# allFunctionsCalledOnLoad
// How evidence crosses the border of a page's module, where bytes count most: names become numbers once, values go over one by one.
// `engine.js` is the quick form for Node and for the full entry; the same tests hold both.
import { fail, instant, join, only, plain, typed } from './border.js'
import {
  ASSERTER, ATTRIBUTE, EVENT_KEYS, EVIDENCE_KEYS, FACT_KEYS, FORMS, PROPERTY, SIGNAL, SOURCE, STAGE, STAGE_KEYS, decimal, done, known, leads,
} from './leads.js'

/** Longer ones are too long or unknown, whatever follows. */
const TEXT_UNITS = 8_001

/** `wasm` holds what the module exports, once it is loaded. */
export const engine = (wasm) => leads(wasm, ({ bytes, decide, another }) => {
  const encoder = new TextEncoder()
  /** Puts a text into the module's buffer; gives back how many bytes it takes there. */
  const write = (text) => {
    text = text.slice(0, TEXT_UNITS)
    return encoder.encodeInto(text, bytes(text.length * 3)).written
  }

  /** Puts down a value; gives back its form. */
  const put = (value, path, nested) => {
    if (Array.isArray(value) && !nested) {
      value.forEach((entry, place) => put(entry, join(path, place), true))
      return 1
    }
    if (value === null) wasm.mark(0)
    else if (typeof value === 'boolean') wasm.mark(value ? 2 : 1)
    else if (typeof value === 'number') wasm.number(...decimal(value))
    else if (typeof value === 'string') wasm.text(write(value))
    else fail('wrong_type', path, 'expected a single value')
    return 0
  }

  /** The place of a name in the playbook of a lead. */
  const find = ({ lead, names }, kind, name, path, signal = 0) => {
    typed('string', name, path)
    if (lead < 0) done(10)
    const key = `${kind} ${signal} ${name}`
    let place = names.get(key)
    if (place === undefined) {
      place = known(wasm.place(lead, kind, signal, write(name)), kind, name, path)
      if (names.size < 10_000) names.set(key, place)
    }
    return place
  }

  const learn = (own, fact, path, pathOfValue = `${path}/value`) => {
    only(fact, FACT_KEYS, path)
    const { source = 'visitor', by, at, default: untouched = false } = fact
    const attribute = find(own, ATTRIBUTE, fact.attribute, `${path}/attribute`)
    const [said, ...more] = FORMS.filter((key) => fact[key] !== undefined)
    if (!said || more.length) fail('conflict', path, 'expected one of `value`, `range` and `any_of`')
    typed('boolean', untouched, `${path}/default`)
    const from = find(own, SOURCE, source, `${path}/source`)
    const asserter = by === undefined ? -2 : find(own, ASSERTER, by, `${path}/by`)
    const time = at === undefined ? NaN : instant(at, `${path}/at`)
    const where = said === 'value' ? pathOfValue : `${path}/${said}`
    wasm.forget()
    const list = put(fact[said], where)
    const form = FORMS.indexOf(said)
    if (form && !list) fail('wrong_type', where, 'expected a list')
    done(wasm.learn(own.lead, attribute, form || list, from, asserter, time, untouched), where, fact[said])
  }

  const track = (own, event, path) => {
    only(event, EVENT_KEYS, path)
    const { at, id, properties, automated = false } = event
    const signal = find(own, SIGNAL, event.signal, `${path}/signal`)
    if (at === undefined) fail('missing_field', path, '`at` is missing')
    const time = instant(at, `${path}/at`)
    if (id !== undefined) typed('string', id, `${path}/id`)
    typed('boolean', automated, `${path}/automated`)
    wasm.forget()
    if (properties !== undefined) {
      for (const key in only(properties, null, `${path}/properties`)) {
        const where = join(`${path}/properties`, key)
        const property = find(own, PROPERTY, key, where, signal)
        const value = properties[key]
        done(wasm.property(own.lead, signal, property, put(value, where)), where, value)
      }
    }
    done(wasm.track(own.lead, signal, time, automated, id === undefined ? -1 : write(id)), `${path}/id`, id)
  }

  const enter = (own, stage, path) => {
    only(stage, STAGE_KEYS, path)
    const place = find(own, STAGE, stage.name, `${path}/name`)
    done(wasm.enter(own.lead, place, stage.since === undefined ? NaN : instant(stage.since, `${path}/since`)))
  }

  /** Adds evidence to a lead of which nothing is known. */
  const fill = (own, evidence) => {
    const { stage, facts = [], events = [], id } = only(plain(evidence), EVIDENCE_KEYS, '')
    if (id !== undefined) typed('string', id, '/id')
    if (stage !== undefined) enter(own, stage, '/stage')
    if (Array.isArray(facts)) facts.forEach((fact, place) => learn(own, fact, `/facts/${place}`))
    else {
      for (const attribute in only(facts, null, '/facts')) {
        const said = facts[attribute]
        const is = said !== null && typeof said === 'object' && !Array.isArray(said)
        const path = join('/facts', attribute)
        learn(own, { ...(is ? said : { value: said }), attribute }, path, is ? `${path}/value` : path)
      }
    }
    if (!Array.isArray(events)) fail('wrong_type', '/events', 'expected a list')
    events.forEach((event, place) => track(own, event, `/events/${place}`))
  }

  const clear = ({ lead }) => done(wasm.clear(lead))

  const decided = (mine, evidence, asOf, explained) => {
    const own = another(mine)
    try {
      fill(own, evidence)
      return decide(own, asOf, explained)
    } finally {
      wasm.close(own.lead)
    }
  }

  /** Acts on a copy of an input that is plain data. */
  const on = (act) => (own, input) => act(own, plain(input), '')
  const about = (own) => decide(own, 0, 0)
  return { about, names: () => new Map(), learn: on(learn), track: on(track), enter: on(enter), fill, clear, decided }
})
