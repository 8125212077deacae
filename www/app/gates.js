// Each gate: open or not, its criteria, what would open it, and when it flips by itself.

import { el, icon } from './dom.js'
import { joined, moment } from './words.js'

const marks = { met: ['check', 'Met'], unmet: ['cross', 'Not met'], unknown: ['unknown', 'Not known'] }

export function gateSection() {
  const list = el('ul', { class: 'gates' })
  const node = el('section', { class: 'panel-gates', 'aria-labelledby': 'panel-gates' },
    el('h3', { class: 'panel-title', id: 'panel-gates' }, 'Gates, and what opens them'), list)
  const shown = new Map()

  return {
    node,
    show(decision, words, now) {
      const names = words.stages(Object.keys(decision.gates))
      node.hidden = names.length === 0
      for (const name of names) {
        if (!shown.has(name)) shown.set(name, gate())
        shown.get(name).show(name, decision.gates[name], words, now)
      }
      const nodes = names.map((name) => shown.get(name).node)
      if (nodes.every((entry, place) => list.children[place] === entry)) return
      list.replaceChildren(...nodes)
      const next = names.find((name) => !decision.gates[name].open)
      if (next) shown.get(next).unfold()
    },
  }
}

function gate() {
  const mark = el('span', { class: 'gate-mark' })
  const name = el('span', { class: 'gate-name' })
  const state = el('span', { class: 'gate-state' })
  const body = el('div', { class: 'gate-body' })
  const details = el('details', {}, el('summary', {}, mark, name, state, icon('chevron')), body)
  const node = el('li', { class: 'gate' }, details)
  let before = null

  return {
    node,
    unfold() {
      details.open = true
    },
    show(stage, decided, words, now) {
      const { open, settled, missing, flips_at: flips } = decided
      mark.replaceChildren(icon(open ? 'check' : 'lock'))
      name.textContent = words.stage(stage)
      state.textContent = open ? 'open' : 'closed'
      node.classList.toggle('is-open', open)
      node.classList.toggle('changed', before !== null && before !== open)
      before = open
      const parts = []
      if (missing) parts.push(...whatIsMissing(stage, missing, words, now))
      else parts.push(el('p', {}, `Holds: ${joined(words.criteria(stage))}.`))
      if (flips) parts.push(el('p', {}, `If nothing more happens it ${open ? 'closes' : 'opens'} ${moment(flips, now)}.`))
      if (settled) parts.push(el('p', { class: 'panel-small' }, 'No answer can change this; only what you do can.'))
      body.replaceChildren(...parts)
    },
  }
}

function whatIsMissing(stage, missing, words, now) {
  const texts = words.criteria(stage)
  const criteria = el('ul', { class: 'criteria' }, missing.criteria.map((truth, place) => {
    const [name, label] = marks[truth]
    return el('li', { class: truth }, icon(name), el('span', {}, `${texts[place] ?? `Part ${place + 1}`}`, el('span', { class: 'unseen' }, `: ${label}`)))
  }))
  const parts = [criteria]
  if (missing.events.length > 0) {
    const ways = missing.events.map((addition) => words.missing(addition) + (addition.until === null ? '' : `, ${moment(addition.until, now).replace(/^(on|at) /, 'until ').replace(/^in /, 'within ')}`))
    parts.push(el('p', {}, el('strong', {}, 'Opens with: '), `${joined(ways, 'or')}.`))
  }
  const alone = missing.facts.filter((fact) => fact.opens).map((fact) => words.attribute(fact.attribute).toLowerCase())
  const rest = missing.facts.filter((fact) => !fact.opens).map((fact) => words.attribute(fact.attribute).toLowerCase())
  if (alone.length > 0) parts.push(el('p', {}, el('strong', {}, 'One answer could open it: '), `${joined(alone, 'or')}.`))
  if (rest.length > 0) parts.push(el('p', { class: 'panel-small' }, `Not known yet: ${joined(rest)}.`))
  return parts
}
