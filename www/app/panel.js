// The panel “What we know right now”: a drawer at the right, a sheet from below on small screens.
// It holds the sections, opens and closes, and says in one line what changed.

import { el, icon, unseen } from './dom.js'
import { moment, reached } from './words.js'
import { scoreSection } from './scores.js'
import { gateSection } from './gates.js'
import { questionSection } from './questions.js'
import { profileSection } from './profile.js'
import { serverSection } from './server.js'

const wide = matchMedia('(min-width: 75rem)')
const day = 86_400_000
const later = [[0, 'Now'], [7, 'In a week'], [30, 'In a month'], [90, 'In 3 months']]

export function startPanel({ visitor, actions }) {
  const line = el('span', { class: 'panel-line' })
  const toggle = el('button', { class: 'panel-toggle', type: 'button', 'aria-controls': 'panel-body', 'aria-expanded': 'false' },
    icon('eye'), el('span', { class: 'panel-name' }, 'What we know right now'), line, icon('chevron'))
  const said = el('p', { class: 'unseen', role: 'status' })
  const notice = el('div', { class: 'panel-notice' })
  const route = el('section', { class: 'panel-route', 'aria-labelledby': 'panel-route' })
  const question = questionSection({ visitor, actions })
  const scores = scoreSection()
  const profile = profileSection()
  const gates = gateSection()
  const aside = el('p', { class: 'panel-small' })
  const clock = timeChoice()
  const kept = el('p', { class: 'panel-small' })
  const server = serverSection({ visitor, ahead: () => clock.ahead })
  const live = el('div', { class: 'panel-live', hidden: true },
    route, question.node, scores.node, profile.node, gates.node, clock.node, server.node,
    el('section', { class: 'panel-end' }, aside, kept,
      el('button', { class: 'button quiet small', type: 'button', onclick: () => visitor.withdraw() }, 'Withdraw and delete')))
  const body = el('div', { class: 'panel-body', id: 'panel-body', hidden: true }, said, notice, live)
  const panel = el('aside', { class: 'panel', 'aria-label': 'What we know right now' }, toggle, body)
  document.body.append(panel)

  let open = wide.matches
  let chosen = false
  let words = null
  let last = ''

  function place() {
    toggle.setAttribute('aria-expanded', String(open))
    body.hidden = !open
    panel.classList.toggle('open', open)
    document.body.classList.toggle('panel-docked', open && wide.matches)
    document.body.classList.toggle('panel-away', !open)
  }

  function set(wanted) {
    open = wanted
    chosen = true
    place()
  }

  toggle.addEventListener('click', () => set(!open))
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !open) return
    set(false)
    toggle.focus()
  })
  wide.addEventListener('change', () => {
    if (!chosen || !wide.matches) open = wide.matches
    place()
  })

  function timeChoice() {
    let ahead = 0
    const buttons = later.map(([days, label]) => {
      const input = el('input', { type: 'radio', name: 'panel-time', value: days, onchange: () => {
        ahead = days
        actions.refresh()
      } })
      input.checked = days === 0
      return el('label', {}, input, el('span', {}, label))
    })
    const explained = el('p', { class: 'panel-small' }, 'The same visit, seen later: clicks fade, answers stay.')
    return {
      node: el('section', { class: 'panel-time' }, el('fieldset', {}, el('legend', { class: 'panel-title' }, 'If nothing more happens'), el('div', { class: 'choice' }, buttons)), explained),
      get ahead() { return ahead * day },
      reset() {
        ahead = 0
        for (const label of buttons) label.firstChild.checked = label.firstChild.value === '0'
      },
    }
  }

  function showRoute(decision, now) {
    const { route: next } = decision
    route.hidden = !next
    if (!next) return
    const flips = next.flips_at ? `Without another click it becomes “${words.route(next.flips_to).toLowerCase()}” ${moment(next.flips_at, now)}.` : null
    const changed = route.dataset.then !== undefined && route.dataset.then !== String(next.then)
    route.dataset.then = String(next.then)
    const name = el('p', { class: changed ? 'panel-next changed' : 'panel-next' }, words.route(next.then))
    const action = words.action(next.then)
    route.replaceChildren(
      el('h3', { class: 'panel-title', id: 'panel-route' }, 'What we would do next'), name,
      el('p', { class: 'panel-route-text' }, [action && `${action}.`, next.settled ? 'Settled: no further answer can change it.' : 'Open: an answer could still change it.', flips].filter(Boolean).join(' ')))
  }

  function announce(decision) {
    const summary = Object.entries(decision.scores).map(([name, score]) => `${words.score(name)} ${reached(score.value)}`)
    line.textContent = summary.join(' · ')
    const news = [...summary, decision.stage && words.stage(decision.stage.to), decision.route && `next: ${words.route(decision.route.then).toLowerCase()}`].filter(Boolean).join(', ')
    if (last && news !== last) said.textContent = news
    last = news
  }

  function count(amount, one, more) {
    return `${amount} ${amount === 1 ? one : more}`
  }

  return {
    get ahead() { return clock.ahead },

    // Before a yes, after a no, while loading, and when the engine cannot run here.
    idle(state, detail) {
      live.hidden = true
      notice.hidden = false
      line.textContent = state === 'asking' || state === 'refused' ? 'Nothing is counted' : ''
      last = ''
      clock.reset()
      scores.clear()
      server.clear()
      delete route.dataset.then
      panel.classList.toggle('asking', state === 'asking')
      notice.replaceChildren(...notices[state](visitor, detail))
      place()
    },

    show(decision, definitionWords, now) {
      words = definitionWords
      panel.classList.remove('asking')
      notice.hidden = true
      live.hidden = false
      showRoute(decision, now)
      scores.show(decision, words)
      question.show(decision, words)
      profile.show(decision, words)
      gates.show(decision, words, now)
      server.show()
      const { facts, events } = decision.set_aside
      const ignored = facts.filter((entry) => entry.why !== 'outranked').length + events.length
      aside.hidden = ignored === 0
      aside.textContent = `${count(ignored, 'entry was', 'entries were')} set aside and not counted.`
      kept.textContent = `${count(visitor.events.length, 'click', 'clicks')} and ${count(visitor.facts.length, 'answer', 'answers')}, ${visitor.persistent ? 'kept in this browser only' : 'held in memory until you close the page'}. Playbook ${decision.playbook}, version ${decision.version}.`
      announce(decision)
      place()
    },
  }
}

const notices = {
  asking: () => [
    el('h3', {}, 'Nothing, so far.'),
    el('p', {}, 'If you say yes, this panel shows what the site can conclude from your clicks and answers, and what it cannot: scores with their limits, why, what is missing, and what would happen next.'),
  ],
  refused: (visitor) => [
    el('h3', {}, 'Nothing, and it stays that way.'),
    el('p', {}, 'You are not counted, and nothing is kept.'),
    el('button', { class: 'button quiet small', type: 'button', onclick: () => visitor.agree() }, 'Let this visit be counted'),
  ],
  loading: () => [el('p', {}, 'Loading the rules…')],
  failed: (visitor, detail) => [
    el('h3', {}, 'The panel cannot work here.'),
    el('p', {}, 'The rest of the site does. ', unseen('Reason: '), detail),
  ],
}
