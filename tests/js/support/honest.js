// What an honest page may send: evidence of every kind that a playbook's document allows, from a seed.

/** Numbers below an end, the same for the same seed (SplitMix32). */
export function dice(seed) {
  let state = seed >>> 0
  return (end) => {
    state = (state + 0x9e3779b9) >>> 0
    let it = state
    it = Math.imul(it ^ (it >>> 16), 0x21f0aaad)
    it = Math.imul(it ^ (it >>> 15), 0x735a2d97)
    return ((it ^ (it >>> 15)) >>> 0) % end
  }
}

const DAY = 86_400_000
const TEXTS = ['/pricing', '/Product/Tour?x=1', 'Größe "L"', 'a\\b\n\t', '日本語 😀', '', 'CTO', '\u0001\u001f\u007f\u2028', 'Head of Sales']
const SOURCES = ['person', 'crm', 'enrichment', 'visitor', 'inferred']

export function honest({ attributes = {}, signals = {}, sources = SOURCES }, roll, asOf) {
  const one = (list) => list[roll(list.length)]
  const from = ['visitor', 'inferred'].filter((name) => sources.includes(name))
  const instant = () => {
    const at = asOf - roll(390) * DAY - roll(DAY)
    return roll(3) ? at : new Date(at).toISOString()
  }
  const number = ({ min = -1e6, max = 1e6, whole }) => {
    const size = Math.min(max - min, 2e9)
    const exact = min + roll(Math.floor(size) + 1)
    return whole || roll(2) ? exact : Math.min(max, exact + one([0.5, 0.25, 0.1, 0.000001, 1e-7, 0.123456]))
  }
  const value = (kind) => {
    if (Array.isArray(kind)) return one(kind)
    switch (kind.type ?? kind) {
      case 'boolean': return roll(2) === 1
      case 'number': return number(kind)
      case 'text': return one(TEXTS)
      case 'choice': return one(kind.options)
      case 'choices': return kind.options.filter(() => roll(3) === 0)
      case 'date': return new Date(asOf + (roll(800) - 400) * DAY).toISOString().slice(0, 10)
      default: throw new Error(`no such kind: ${JSON.stringify(kind)}`)
    }
  }
  const said = (kind) => {
    if (kind.type === 'number' && roll(4) === 0) {
      const ends = [number(kind), number(kind)].sort((a, b) => a - b)
      return { range: one([[ends[0], null], [null, ends[1]], [Math.floor(ends[0]), Math.ceil(ends[1])]]).map((end) => clamp(end, kind)) }
    }
    if (kind.type === 'choice' && roll(4) === 0) return { any_of: [one(kind.options), one(kind.options)] }
    return { value: value(kind) }
  }
  const names = Object.keys(attributes)
  const facts = from.length === 0 || names.length === 0 ? [] : Array.from({ length: roll(12) }, () => {
    const attribute = one(names)
    const fact = { attribute, ...said(attributes[attribute]), source: one(from) }
    if (roll(2)) fact.at = instant()
    if (roll(10) === 0) fact.default = true
    if (roll(10) === 0) fact.by = one([...from, 'somebody'])
    return fact
  })
  const kinds = Object.keys(signals)
  const events = kinds.length === 0 ? [] : Array.from({ length: roll(20) }, (_, place) => {
    const signal = one(kinds)
    const event = { signal, at: instant() }
    const properties = Object.entries(signals[signal]?.properties ?? {}).filter(() => roll(3) > 0)
    if (properties.length) event.properties = Object.fromEntries(properties.map(([name, kind]) => [name, value(kind)]))
    if (roll(2)) event.id = `e${roll(place + 3)}`
    if (roll(12) === 0) event.automated = true
    return event
  })
  return { ...(facts.length && { facts }), ...(events.length && { events }) }
}

const clamp = (end, { min = -9e12, max = 9e12 }) => (end === null ? null : Math.max(min, Math.min(max, end)))

/** A text that differs in one place, and has no line's end. */
export function altered(text, roll) {
  const bytes = Buffer.from(text)
  for (;;) {
    const place = roll(bytes.length)
    const byte = [roll(256), bytes[place] ^ (1 << roll(8)), 0x20, 0x30 + roll(10)][roll(4)]
    const [kept, put] = [[1, [byte]], [0, [byte]], [1, []]][roll(3)]
    const made = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + kept)])
    if (!made.equals(bytes) && !made.includes(0x0a)) return made
  }
}
