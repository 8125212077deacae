// Evidence of many leads, given as objects, as the columns of `docs/BATCH.md`.

/** A column that grows: values of which each is kept once, with the code of each cell; numbers as they are. */
class Column {
  values = []
  places = new Map()
  codes
  numbers
  constructor(count) {
    this.codes = new Int32Array(count).fill(-1)
    this.numbers = new Float64Array(count)
  }

  put(cell, value) {
    const key = typeof value === 'string' ? value : JSON.stringify([value])
    let place = this.places.get(key)
    if (place === undefined) {
      place = this.values.push(value) - 1
      this.places.set(key, place)
    }
    this.codes[cell] = place
    if (typeof value === 'number') this.numbers[cell] = value
  }

  /** Numbers as numbers, if all are; codes in as few bytes as they need. */
  done() {
    const { values, codes, numbers } = this
    if (values.length && values.every((value) => typeof value === 'number')) {
      return { numbers, ...(codes.includes(-1) && { known: Uint8Array.from(codes, (code) => code < 0 ? 0 : 1) }) }
    }
    const Codes = values.length < 128 ? Int8Array : values.length < 32768 ? Int16Array : Int32Array
    return { values, codes: Codes.from(codes) }
  }
}

const instant = (at) => (typeof at === 'number' ? at : Date.parse(at))

/** The table of leads whose evidence is plain objects. */
export function columns(leads) {
  const rows = leads.length
  const facts = new Map()
  const stages = [new Column(rows), new Column(rows)]
  const since = new Float64Array(rows)
  const count = leads.reduce((sum, { events = [] }) => sum + events.length, 0)
  const offsets = new Uint32Array(rows + 1)
  const [signals, ids] = [new Column(count), new Column(count)]
  const at = new Float64Array(count)
  const automated = new Uint8Array(count)
  const properties = {}
  let event = 0
  leads.forEach((lead, row) => {
    const told = new Map()
    const listed = Array.isArray(lead.facts) ? lead.facts : Object.entries(lead.facts ?? {}).map(([attribute, said]) =>
      said !== null && typeof said === 'object' && !Array.isArray(said) ? { attribute, ...said } : { attribute, value: said })
    for (const { attribute, value, range, any_of: anyOf, source, by, at, default: untouched = false } of listed) {
      // The second fact of an attribute needs another column, and so does one by somebody else or without a time.
      const nth = told.get(attribute) ?? 0
      told.set(attribute, nth + 1)
      const key = JSON.stringify([nth, attribute, source, by, at !== undefined])
      if (!facts.has(key)) facts.set(key, { nth, attribute, source, by, cells: new Column(rows), ...(at !== undefined && { at: new Float64Array(rows) }), default: new Uint8Array(rows) })
      const column = facts.get(key)
      column.cells.put(row, range ? { range } : anyOf ? { any_of: anyOf } : value)
      if (column.at) column.at[row] = instant(at)
      column.default[row] = untouched ? 1 : 0
    }
    if (lead.stage) {
      const isSaid = lead.stage.since !== undefined
      stages[isSaid ? 1 : 0].put(row, lead.stage.name)
      if (isSaid) since[row] = instant(lead.stage.since)
    }
    for (const { signal, at: when, id, automated: bot = false, properties: carried = {} } of lead.events ?? []) {
      signals.put(event, signal)
      at[event] = instant(when)
      if (id !== undefined) ids.put(event, id)
      automated[event] = bot ? 1 : 0
      for (const [name, value] of Object.entries(carried)) ((properties[signal] ??= {})[name] ??= new Column(count)).put(event, value)
      event += 1
    }
    offsets[row + 1] = event
  })
  const finished = (object) => Object.fromEntries(Object.entries(object).map(([name, column]) => [name, column.done()]))
  const { values: names, codes } = signals.done()
  return {
    rows,
    ...(stages.some(({ values }) => values.length) && { stage: [stages[0].done(), { ...stages[1].done(), since }] }),
    facts: [...facts.values()].sort((one, other) => one.nth - other.nth).map(({ nth, cells, default: untouched, ...column }) => ({ ...column, ...(untouched.includes(1) && { default: untouched }), ...cells.done() })),
    events: { offsets, signals: names, codes, at, ...(automated.includes(1) && { automated }), ...(ids.values.length && { ids: ids.done() }), properties: Object.fromEntries(Object.entries(properties).map(([signal, object]) => [signal, finished(object)])) },
  }
}
