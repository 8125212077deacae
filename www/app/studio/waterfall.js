// Scores as waterfalls: every line of the ledger moves the sum, and the last one is the value.

import { el } from '../dom.js'
import { svg } from './svg.js'

/** Points as they are, so that anybody can add them up. */
const exact = (points) => new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 }).format(points).replace('-', '−')
const signed = (points) => (points > 0 ? '+' : '') + exact(points)
const thousandths = (points) => Math.round(points * 1000)

export function waterfalls(node) {
  return {
    show(decision, words) {
      const scores = Object.entries(decision.scores)
      if (scores.length === 0) node.replaceChildren(el('p', { class: 'empty' }, 'The playbook declares no scores.'))
      else node.replaceChildren(...scores.map(([name, score]) => waterfall(name, score, words)))
    },
  }
}

function waterfall(name, score, words) {
  let sum = 0
  const steps = score.ledger.map((line) => {
    const before = sum
    sum += thousandths(line.points)
    return { line, before, after: sum }
  })
  const bands = Object.entries(words.bands(name)).map(([band, points]) => [band, thousandths(points)]).sort((a, b) => a[1] - b[1])
  const ends = [0, thousandths(score.low), thousandths(score.high), ...bands.map(([, points]) => points), ...steps.map(({ after }) => after)]
  const least = Math.min(...ends)
  const span = Math.max(Math.max(...ends) - least, 1)
  const x = (points) => `${(((points - least) / span) * 100).toFixed(3)}%`
  const width = (from, to) => `${((Math.abs(to - from) / span) * 100).toFixed(3)}%`
  const marks = bands.filter(([, points]) => points > least).map(([, points]) => svg('line', { class: 'fall-band', x1: x(points), x2: x(points), y1: 0, y2: '100%' }))
  const bar = (kind, from, to, extra = []) => svg('svg', { class: 'fall-bar', 'aria-hidden': 'true', height: 26 },
    marks.map((mark) => mark.cloneNode()), extra,
    from === to
      ? svg('line', { class: `fall-${kind}`, x1: x(from), x2: x(from), y1: 5, y2: 21 })
      : svg('rect', { class: `fall-${kind}`, x: x(Math.min(from, to)), width: width(from, to), y: 5, height: 16, rx: 2, 'data-from': from / 1000, 'data-to': to / 1000 }))
  const link = (at) => svg('line', { class: 'fall-link', x1: x(at), x2: x(at), y1: 0, y2: 5 })
  const rows = steps.map(({ line, before, after }, place) => el('tr', { class: `fall-row ${line.points < 0 ? 'loss' : 'gain'}` },
    el('th', { scope: 'row' }, words.ledger(name, line)),
    el('td', { class: 'fall-cell' }, bar(line.points < 0 ? 'loss' : 'gain', before, after, place > 0 ? [link(before)] : [])),
    el('td', { class: 'fall-points', 'data-points': line.points }, signed(line.points)),
    el('td', { class: 'fall-sum' }, exact(after / 1000))))
  const [low, value, high] = [score.low, score.value, score.high].map(thousandths)
  const range = low === high ? [] : [svg('rect', { class: 'fall-range', x: x(low), width: width(low, high), y: 1, height: 24, rx: 2 })]
  const total = el('tr', { class: 'fall-total' },
    el('th', { scope: 'row' }, 'Value', score.band === null ? null : el('span', { class: 'tag on' }, `Band ${score.band}`)),
    el('td', { class: 'fall-cell' }, bar('value', 0, value, range)),
    el('td', { class: 'fall-points' }, ''),
    el('td', { class: 'fall-sum', 'data-value': score.value }, exact(score.value)))
  return el('section', { class: 'fall', 'data-score': name, 'aria-label': words.score(name) },
    el('h3', {}, words.score(name)),
    el('p', { class: 'faint' }, low === high ? 'Exact: nothing that is not known could change it.' : `From ${exact(score.low)} to ${exact(score.high)}, until more is known.`),
    el('div', { class: 'fall-scroll' }, el('table', { class: 'fall-table' },
      el('thead', {}, el('tr', {}, ...['Line', 'Where it takes the sum', 'Points', 'Sum'].map((title) => el('th', { scope: 'col' }, title)))),
      el('tbody', {}, ...(rows.length ? rows : [el('tr', {}, el('td', { colspan: 4, class: 'faint' }, 'Nothing yet.'))]), total))),
    bands.length > 1 ? el('p', { class: 'faint' }, `Bands: ${bands.map(([band, points]) => `${band} from ${exact(points / 1000)}`).join(', ')}.`) : null)
}
