// Who this seems to be (tier, persona, grade, readiness) and the way through the stages.

import { el, icon } from './dom.js'
import { joined, plain } from './words.js'

export function profileSection() {
  const facts = el('dl', { class: 'profile' })
  const path = el('ol', { class: 'path' })
  const about = el('p', { class: 'panel-small' })
  const stage = el('section', { class: 'panel-stage', 'aria-labelledby': 'panel-stage' },
    el('h3', { class: 'panel-title', id: 'panel-stage' }, 'Stage'), path, about)
  const who = el('section', { class: 'panel-who', 'aria-labelledby': 'panel-who' },
    el('h3', { class: 'panel-title', id: 'panel-who' }, 'Who this seems to be'), facts)
  const node = el('div', { class: 'panel-profile' }, stage, who)
  const before = new Map()

  function entry(term, value, settled) {
    const changed = before.has(term) && before.get(term) !== value
    before.set(term, value)
    return el('div', { class: changed ? 'changed' : null }, el('dt', {}, term), el('dd', {}, value, settled ? null : el('small', {}, ' for now')))
  }

  return {
    node,
    show(decision, words) {
      const { grade, icp, persona, readiness, stage: moves } = decision
      const entries = []
      if (grade) entries.push(entry('Grade', grade.value ?? 'none', grade.settled))
      if (icp) entries.push(entry('Company', icp.tier === null ? 'no tier' : plain(icp.tier), icp.settled))
      if (persona) entries.push(entry('Person', persona.name === null ? 'unclear' : words.persona(persona.name), persona.settled))
      if (readiness) {
        const all = readiness.met.length + readiness.unmet.length + readiness.unknown.length
        entries.push(entry(readiness.framework, `${readiness.met.length} of ${all}${readiness.ready ? ', ready' : ''}`, readiness.settled))
      }
      const inside = Object.entries(decision.segments).filter(([, segment]) => segment.in)
      if (inside.length > 0) entries.push(entry('Segments', joined(inside.map(([name]) => words.segment(name))), inside.every(([, segment]) => segment.settled)))
      facts.replaceChildren(...entries)
      who.hidden = entries.length === 0
      stage.hidden = !moves
      if (!moves) return
      const names = [moves.from, ...moves.moves.map((move) => move.to)]
      path.replaceChildren(...names.map((name, place) =>
        el('li', { class: name === moves.to ? 'here' : null, 'aria-current': name === moves.to ? 'step' : null }, place > 0 ? icon('arrow') : null, words.stage(name))))
      about.textContent = [words.meaning(moves.to), moves.settled ? null : 'An answer could still move it.'].filter(Boolean).join(' ')
    },
  }
}
