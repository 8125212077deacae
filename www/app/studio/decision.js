// What the playbook says about the tried lead, in the parts that the site's panel shows too.

import { el } from '../dom.js'
import { gateSection } from '../gates.js'
import { scoreSection } from '../scores.js'
import { joined, moment, plain } from '../words.js'

const REASONS = {
  default: 'a form’s default that nobody touched', not_allowed: 'this source may not say it', future: 'it lies after the instant', outranked: 'a better source says otherwise',
  duplicate: 'its id was there before', automated: 'it was made by a machine',
}

export function decisionView(node) {
  const route = el('section', { class: 'decided-route', 'aria-labelledby': 'decided-next' })
  const facts = el('dl', { class: 'decided-facts' })
  const scores = scoreSection()
  const gates = gateSection()
  const aside = el('section', { class: 'decided-aside' })
  const code = el('pre', { class: 'panel-code', tabindex: '0', 'aria-label': 'Decision as JSON' })
  node.replaceChildren(route, facts, scores.node, gates.node, aside, el('details', {}, el('summary', {}, 'The decision as JSON'), code))
  let shape = ''

  return {
    show(decision, words) {
      const now = decision.as_of
      const next = decision.route
      route.hidden = next === null
      if (next) {
        const label = words.action(next.then)
        route.replaceChildren(
          el('h3', { class: 'panel-title', id: 'decided-next' }, 'Next step'),
          el('p', { class: 'panel-next', 'data-then': next.then ?? '' }, words.route(next.then)),
          el('p', { class: 'panel-route-text' },
            label && label !== words.route(next.then) ? `${label}. ` : '',
            next.settled ? 'Settled: nothing that is not known could change it.' : 'Not settled: what is not known may still change it.',
            next.flips_at === null ? '' : ` If nothing more happens it becomes “${words.route(next.flips_to)}” ${moment(next.flips_at, now)}.`))
      }
      facts.replaceChildren(...summary(decision, words).flatMap(([name, value, settled]) => [el('div', {}, el('dt', {}, name), el('dd', {}, value, settled === false ? el('span', { class: 'open-end' }, ' not settled') : null))]))
      facts.hidden = !facts.firstChild
      // Of another playbook the blocks have other names.
      const names = JSON.stringify(Object.keys(decision.scores).map((name) => [name, words.score(name)]))
      if (names !== shape) scores.clear()
      shape = names
      scores.node.hidden = names === '[]'
      scores.show(decision, words)
      gates.show(decision, words, now)
      const left = [...decision.set_aside.facts.map(({ attribute, source, why }) => `${words.attribute(attribute)} from ${source}: ${REASONS[why] ?? why}`),
        ...decision.set_aside.events.map(({ event, why }) => `Event ${typeof event === 'number' ? event + 1 : event}: ${REASONS[why] ?? why}`)]
      aside.hidden = left.length === 0
      aside.replaceChildren(el('h3', { class: 'panel-title' }, 'Set aside'), el('ul', {}, ...left.map((text) => el('li', {}, text))))
      code.textContent = JSON.stringify(decision, null, 2)
    },
  }
}

function summary({ stage, grade, icp, persona, readiness, segments }, words) {
  const rows = []
  if (stage) rows.push(['Stage', words.stage(stage.to), stage.settled])
  if (grade) rows.push(['Grade', grade.value ?? 'none', grade.settled])
  if (icp) rows.push(['Tier', icp.tier === null ? 'none' : plain(icp.tier), icp.settled])
  if (persona) rows.push(['Persona', persona.name === null ? 'none' : words.persona(persona.name), persona.settled])
  if (readiness) rows.push([readiness.framework, `${readiness.met.length} of ${readiness.met.length + readiness.unmet.length + readiness.unknown.length}${readiness.ready ? ', ready' : ''}`, readiness.settled])
  const inside = Object.entries(segments).filter(([, segment]) => segment.in).map(([name]) => words.segment(name))
  if (Object.keys(segments).length) rows.push(['Segments', inside.length ? joined(inside) : 'none', undefined])
  return rows
}
