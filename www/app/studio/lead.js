// The lead that a playbook is tried on: facts by fields made from the attributes, events, a stage, and the instant.

import { el, icon } from '../dom.js'
import { SOURCES } from './names.js'

const list = (value) => (Array.isArray(value) ? value : [])
const DAY = 86_400_000

/** An instant as the browser's fields take it, in the time of whoever looks. */
const local = (instant) => {
  const date = new Date(instant)
  // A link may hold anything.
  if (!(Math.abs(instant) < 8e15)) return ''
  return new Date(instant - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
const instant = (text) => new Date(text).getTime()

export const emptyLead = (asOf) => ({ asOf, stage: null, facts: {}, events: [] })

/** What a playbook can take of a lead, and what it can't. */
export function evidence(lead, book) {
  const left = []
  const facts = Object.entries(lead.facts).filter(([name]) => book.attributes?.[name] || !left.push(name)).map(([attribute, fact]) => ({ attribute, ...fact }))
  const events = lead.events.filter(({ signal }) => book.signals?.[signal] || !left.push(signal)).map(({ signal, at, properties }) => {
    const declared = book.signals[signal].properties ?? {}
    const kept = Object.entries(properties ?? {}).filter(([name]) => declared[name])
    return { signal, at, ...(kept.length && { properties: Object.fromEntries(kept) }) }
  })
  const stage = lead.stage && book.stages?.[lead.stage.name] ? { stage: lead.stage } : {}
  return { evidence: { ...stage, facts, events }, left }
}

const invalid = (control, bad) => (bad ? control.setAttribute('aria-invalid', 'true') : control.removeAttribute('aria-invalid'))

/** A number, or a range: `200`, `20 to 199`, `20+`, `up to 199`. */
function amount(text) {
  const plain = text.trim().replaceAll(',', '')
  const one = /^-?\d+(\.\d+)?$/.exec(plain)
  if (one) return { value: Number(plain) }
  const two = /^(-?\d+(?:\.\d+)?)\s*(?:to|-|–|\.\.)\s*(-?\d+(?:\.\d+)?)$/.exec(plain)
  if (two) return { range: [Number(two[1]), Number(two[2])] }
  const least = /^(-?\d+(?:\.\d+)?)\s*\+$/.exec(plain)
  if (least) return { range: [Number(least[1]), null] }
  const most = /^up to (-?\d+(?:\.\d+)?)$/i.exec(plain)
  return most ? { range: [null, Number(most[1])] } : null
}

function amountText({ value, range } = {}) {
  if (range) return range[1] === null ? `${range[0]}+` : range[0] === null ? `up to ${range[1]}` : `${range[0]} to ${range[1]}`
  return value === undefined ? '' : String(value)
}

/** `changed()` is called whenever the lead is another one. */
export function leadForm(node, { changed }) {
  let lead = emptyLead(0)
  let book = {}
  let words = null
  let shape = ''
  let count = 0

  const asOf = el('input', { type: 'datetime-local', id: 'lead-as-of', onchange: () => asOf.value && set(() => { lead.asOf = instant(asOf.value) }) })
  const shift = (days) => () => set(() => { lead.asOf += days * DAY })
  const stage = el('select', { id: 'lead-stage', onchange: () => set(() => { lead.stage = stage.value ? { name: stage.value, since: lead.stage?.since ?? lead.asOf } : null }) })
  const since = el('input', { type: 'datetime-local', id: 'lead-since', onchange: () => set(() => { if (since.value && lead.stage) lead.stage.since = instant(since.value) }) })
  const stageField = el('div', { class: 'lead-row' }, el('label', { for: 'lead-stage' }, 'Stage'), stage)
  const sinceField = el('div', { class: 'lead-row' }, el('label', { for: 'lead-since' }, 'In it since'), since)
  const facts = el('div', { class: 'lead-facts' })
  const events = el('ol', { class: 'lead-events' })
  const signals = el('select', { id: 'lead-signal' })
  const add = el('button', { class: 'button quiet tiny', type: 'button', onclick: addEvent }, 'Add event')
  const adding = el('div', { class: 'lead-add' }, el('label', { class: 'unseen', for: 'lead-signal' }, 'Kind of event'), signals, add)
  const note = el('p', { class: 'lead-note', role: 'status' })
  const wrong = el('ul', { class: 'lead-wrong', 'aria-label': 'Problems of the lead' })
  const clear = el('button', { class: 'link-button', type: 'button', onclick: () => set(() => { Object.assign(lead, { facts: {}, events: [], stage: null }) }, true) }, 'Clear the lead')

  node.replaceChildren(
    el('section', { class: 'lead-when', 'aria-label': 'Time and stage' },
      el('div', { class: 'lead-row' }, el('label', { for: 'lead-as-of' }, 'As of'), asOf),
      el('div', { class: 'lead-steps', role: 'group', 'aria-label': 'Move the instant' },
        ...[[-7, '−7 days'], [1, '+1 day'], [7, '+7 days'], [30, '+30 days']].map(([days, text]) => el('button', { type: 'button', class: 'step', onclick: shift(days) }, text)),
        el('button', { type: 'button', class: 'step', onclick: () => set(() => { lead.asOf = Date.now() }) }, 'Now')),
      stageField, sinceField),
    el('section', { 'aria-labelledby': 'lead-facts' }, el('h3', { id: 'lead-facts' }, 'Facts'), facts),
    el('section', { 'aria-labelledby': 'lead-events' }, el('h3', { id: 'lead-events' }, 'Events'), events, adding),
    note, wrong, clear,
  )

  function set(act, all = false) {
    act()
    show(all)
    changed()
  }

  /** Rebuilds the fields only where the playbook declares others, so that nobody loses the place. */
  function show(all) {
    if (!words) return
    const now = JSON.stringify([book.attributes, book.signals, book.sources, Object.entries(book.stages ?? {}).map(([name, { label }]) => [name, label]), book.initial])
    asOf.value = local(lead.asOf)
    if (now !== shape || all) build()
    shape = now
    for (const field of facts.children) field.update?.()
    stage.value = lead.stage && book.stages?.[lead.stage.name] ? lead.stage.name : ''
    sinceField.hidden = stage.value === ''
    if (lead.stage) since.value = local(lead.stage.since ?? lead.asOf)
    showEvents()
    const { left } = evidence(lead, book)
    note.replaceChildren(...(left.length ? [`Left out, since the playbook doesn’t declare it: ${[...new Set(left)].join(', ')}.`] : []))
    clear.hidden = Object.keys(lead.facts).length === 0 && lead.events.length === 0 && !lead.stage
  }

  function build() {
    facts.replaceChildren(...Object.entries(book.attributes ?? {}).map(([name, attribute]) => factField(name, attribute)))
    if (!facts.firstChild) facts.append(el('p', { class: 'faint' }, 'The playbook declares no attributes.'))
    stage.replaceChildren(el('option', { value: '' }, book.initial ? `None yet (${words.stage(book.initial)})` : 'None yet'), ...Object.keys(book.stages ?? {}).map((entry) => el('option', { value: entry }, words.stage(entry))))
    stageField.hidden = Object.keys(book.stages ?? {}).length === 0
    const kinds = Object.keys(book.signals ?? {})
    signals.replaceChildren(...kinds.map((name) => el('option', { value: name }, words.signal(name))))
    adding.hidden = kinds.length === 0
    events.replaceChildren()
  }

  function factField(name, attribute) {
    const id = `fact-${(count += 1)}`
    const put = (fact) => set(() => {
      if (fact === null) delete lead.facts[name]
      else lead.facts[name] = { ...fact, ...from(name) }
    })
    const { control, update } = controls[attribute.type](id, name, attribute, put)
    const source = el('select', { class: 'fact-source', 'aria-label': `${words.attribute(name)}: who says so`, onchange: () => set(() => { lead.facts[name] = { ...lead.facts[name], source: source.value } }) },
      ...(book.sources ?? SOURCES).map((entry) => el('option', { value: entry }, entry.replaceAll('_', ' '))))
    const unit = attribute.unit ? ` (${attribute.unit})` : ''
    const many = attribute.type === 'choices'
    const field = el(many ? 'fieldset' : 'div', { class: 'fact', 'data-attribute': name },
      many ? el('legend', {}, words.attribute(name)) : el('label', { for: id }, words.attribute(name) + unit), el('div', { class: 'fact-said' }, control, source))
    field.update = () => {
      const fact = lead.facts[name]
      update(fact)
      source.hidden = fact === undefined
      if (fact) source.value = fact.source ?? 'visitor'
      field.classList.toggle('known', fact !== undefined)
    }
    return field
  }

  /** Who says it, unless somebody was chosen: the visitor, or the first that may. */
  function from(name) {
    const sources = book.sources ?? SOURCES
    const kept = lead.facts[name]?.source
    const may = list(book.attributes[name]?.asserted_by)
    if (kept && sources.includes(kept)) return { source: kept }
    const visitor = sources.includes('visitor') ? 'visitor' : sources[0]
    if (may.length === 0 || may.includes(visitor)) return { source: visitor }
    const source = may.find((entry) => sources.includes(entry))
    return source ? { source } : { source: sources[0], by: may[0] }
  }

  const choose = (id, options, put, read) => {
    const control = el('select', { id, onchange: () => put(control.value === '' ? null : { value: read(control.value) }) },
      el('option', { value: '' }, 'Not known'), ...options.map(([value, text]) => el('option', { value }, text)))
    return { control, update: (fact) => { control.value = fact?.value === undefined ? (fact?.any_of?.[0] ?? '') : String(fact.value) } }
  }
  const controls = {
    boolean: (id, name, attribute, put) => choose(id, [['true', 'Yes'], ['false', 'No']], put, (value) => value === 'true'),
    choice: (id, name, attribute, put) => choose(id, list(attribute.options).map((option) => [option, words.option(name, option)]), put, (value) => value),
    choices(id, name, attribute, put) {
      const boxes = list(attribute.options).map((option) => el('input', { type: 'checkbox', value: option, onchange: () => take() }))
      const none = el('input', { type: 'checkbox', onchange: () => put(none.checked ? { value: [] } : null) })
      const take = () => {
        const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value)
        put(chosen.length ? { value: chosen } : null)
      }
      const control = el('div', { class: 'fact-boxes' }, boxes.map((box) => el('label', {}, box, words.option(name, box.value))), el('label', {}, none, 'none of these'))
      return { control, update: (fact) => {
        for (const box of boxes) box.checked = list(fact?.value).includes(box.value)
        none.checked = Array.isArray(fact?.value) && fact.value.length === 0
      } }
    },
    number(id, name, attribute, put) {
      const control = el('input', { id, type: 'text', inputmode: 'text', autocomplete: 'off', placeholder: '200, or 20 to 199', oninput: () => {
        const found = control.value.trim() === '' ? null : amount(control.value)
        const bad = control.value.trim() !== '' && found === null
        invalid(control, bad)
        control.title = bad ? 'A number like 200, a range like 20 to 199, 20+ or up to 199' : ''
        if (!bad) put(found)
      } })
      return { control, update: (fact) => {
        if (document.activeElement !== control) control.value = amountText(fact)
      } }
    },
    text(id, name, attribute, put) {
      const control = el('input', { id, type: 'text', autocomplete: 'off', oninput: () => put(control.value === '' ? null : { value: control.value }) })
      return { control, update: (fact) => {
        if (document.activeElement !== control) control.value = fact?.value ?? ''
      } }
    },
    date(id, name, attribute, put) {
      const control = el('input', { id, type: 'date', onchange: () => put(control.value === '' ? null : { value: control.value }) })
      return { control, update: (fact) => { control.value = fact?.value ?? '' } }
    },
  }

  function addEvent() {
    const signal = signals.value
    set(() => lead.events.push({ signal, at: lead.asOf, properties: {} }))
    events.lastElementChild?.querySelector('input, select, button')?.focus()
  }

  function showEvents() {
    while (events.children.length > lead.events.length) events.lastChild.remove()
    lead.events.forEach((event, place) => {
      const there = events.children[place]
      if (there?.event !== event || there.signal !== event.signal) {
        const card = eventCard(event)
        if (there) there.replaceWith(card)
        else events.append(card)
      }
    })
  }

  function eventCard(event) {
    const declared = book.signals?.[event.signal]?.properties ?? {}
    const id = `event-${(count += 1)}`
    const at = el('input', { id, type: 'datetime-local', value: local(event.at), onchange: () => at.value && set(() => { event.at = instant(at.value) }) })
    const remove = el('button', { class: 'icon-button', type: 'button', onclick: () => {
      set(() => lead.events.splice(lead.events.indexOf(event), 1))
      signals.focus()
    } }, icon('cross'), el('span', { class: 'unseen' }, `Remove ${words.signal(event.signal)}`))
    const card = el('li', { class: 'lead-event' },
      el('div', { class: 'lead-event-head' }, el('strong', {}, words.signal(event.signal)), remove),
      el('div', { class: 'lead-row' }, el('label', { for: id }, 'At'), at),
      ...Object.entries(declared).map(([name, kind]) => property(event, name, kind)))
    return Object.assign(card, { event, signal: event.signal })
  }

  function property(event, name, kind) {
    const id = `property-${(count += 1)}`
    const put = (value) => set(() => {
      const { [name]: before, ...rest } = event.properties ?? {}
      event.properties = value === undefined ? rest : { ...rest, [name]: value }
    })
    const now = event.properties?.[name]
    const options = Array.isArray(kind) ? kind.map((entry) => [entry, entry]) : kind === 'boolean' ? [['true', 'Yes'], ['false', 'No']] : null
    const control = options
      ? el('select', { id, onchange: () => put(control.value === '' ? undefined : kind === 'boolean' ? control.value === 'true' : control.value) }, el('option', { value: '' }, 'Not said'),
        ...options.map(([value, text]) => el('option', { value, selected: String(now) === value }, text)))
      : el('input', { id, type: kind === 'date' ? 'date' : 'text', inputmode: kind === 'number' ? 'decimal' : undefined, autocomplete: 'off', value: now ?? '', oninput: () => {
        const number = Number(control.value)
        const bad = kind === 'number' && control.value.trim() !== '' && !Number.isFinite(number)
        invalid(control, bad)
        if (!bad) put(control.value === '' ? undefined : kind === 'number' ? number : control.value)
      } })
    return el('div', { class: 'lead-row' }, el('label', { for: id }, name.replaceAll('_', ' ')), control)
  }

  return {
    get lead() {
      return lead
    },
    put(other) {
      lead = other
      show(true)
    },
    /** Takes another playbook. */
    take(document, vocabulary) {
      book = document
      words = vocabulary
      show(false)
    },
    problems(found) {
      wrong.hidden = found.length === 0
      wrong.replaceChildren(...found.map(({ path, message, help }) => el('li', {}, `${path}: ${message}${help ? `; ${help}` : ''}`)))
    },
  }
}
