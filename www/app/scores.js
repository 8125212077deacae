// One block for each score: value, the band from low to high behind it, and the ledger in words.

import { el } from './dom.js'
import { number, reached, signed } from './words.js'

export function scoreSection() {
  const node = el('section', { class: 'panel-scores', 'aria-label': 'Scores' })
  const blocks = new Map()

  return {
    node,
    clear() {
      blocks.clear()
      node.replaceChildren()
    },
    show(decision, words) {
      for (const [name, score] of Object.entries(decision.scores)) {
        if (!blocks.has(name)) {
          blocks.set(name, block(words.score(name)))
          node.append(blocks.get(name).node)
        }
        blocks.get(name).show(name, score, words)
      }
    },
  }
}

function block(title) {
  const value = el('output', { class: 'score-value' })
  const upTo = el('span', { class: 'score-up-to' })
  const change = el('span', { class: 'score-change', 'aria-hidden': 'true' })
  const band = el('span', { class: 'score-band' })
  const bar = el('div', { class: 'bar', 'aria-hidden': 'true' }, el('span', { class: 'bar-range' }), el('span', { class: 'bar-value' }))
  const bounds = el('p', { class: 'panel-small' })
  const lines = el('ul', { class: 'ledger' })
  const ledger = el('details', { open: matchMedia('(min-width: 75rem)').matches }, el('summary', {}, 'Where it comes from'), lines)
  const node = el('article', { class: 'score' },
    el('header', {}, el('h3', {}, title), band),
    el('p', { class: 'score-number' }, value, upTo, change), bar, bounds, ledger)
  let before = null
  let known = new Set()

  function show(name, score, words) {
    const ends = [score.low, score.value, score.high, 0, 100]
    const least = Math.min(...ends)
    const span = Math.max(...ends) - least
    const place = (points) => `${((points - least) / span) * 100}%`
    bar.style.setProperty('--low', place(score.low))
    bar.style.setProperty('--high', place(score.high))
    bar.style.setProperty('--value', place(score.value))
    value.textContent = reached(score.value)
    upTo.textContent = score.high > score.value ? `of up to ${number(score.high)}` : ''
    band.textContent = score.band === null ? '' : `Band ${score.band}`
    bounds.textContent = score.low === score.high
      ? 'Exact: nothing that we do not know could change it.'
      : `Somewhere from ${number(score.low)} to ${number(score.high)}, until we know more.`
    bar.classList.toggle('exact', score.low === score.high)

    const moved = before === null ? 0 : score.value - before
    if (Math.abs(moved) >= 0.1) {
      change.textContent = signed(moved)
      change.classList.toggle('down', moved < 0)
      restart(change)
    }
    before = score.value

    const keys = new Set()
    lines.replaceChildren(...score.ledger.map((entry) => {
      const key = [entry.line, entry.group, entry.rule, entry.events].join()
      keys.add(key)
      const fresh = known.size > 0 && !known.has(key)
      return el('li', { class: `${entry.points < 0 ? 'loss' : 'gain'}${fresh ? ' fresh' : ''}` },
        el('span', {}, words.ledger(name, entry)), el('b', {}, signed(entry.points)))
    }))
    known = keys
    if (score.ledger.length === 0) lines.append(el('li', { class: 'none' }, 'Nothing yet'))
  }

  return { node, show }
}

function restart(node) {
  node.classList.remove('shown')
  requestAnimationFrame(() => requestAnimationFrame(() => node.classList.add('shown')))
}
