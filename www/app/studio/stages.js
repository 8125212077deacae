// The lifecycle as a diagram: stages, the ways between them, and where the tried lead is.

import { el } from '../dom.js'
import { plain } from '../words.js'
import { frame, svg, wrapped } from './svg.js'

export function stageDiagram(node) {
  let drawn = null
  let shapes = new Map()
  let note = null

  function draw(drawing) {
    shapes = new Map()
    const lines = drawing.lines.map((line) => {
      const title = `${line.from} to ${line.to}: ${line.moves.map(said).join('; ')}`
      return svg('g', { class: `way ${line.automatic ? 'automatic' : 'by-command'}`, 'data-from': line.from, 'data-to': line.to },
        svg('title', {}, title),
        svg('path', { d: curve(line.points), 'marker-end': `url(#${line.automatic ? 'tip' : 'tip-command'})` }),
        line.text ? svg('text', { class: 'way-name', x: line.x, y: line.y + 4, 'text-anchor': 'middle' }, line.text) : null)
    })
    const stages = drawing.stages.map((stage) => {
      const middle = stage.x + stage.width / 2
      const texts = wrapped(stage.label, 26, 1)
      const shape = svg('g', { class: 'stage', 'data-stage': stage.name },
        svg('title', {}, stage.label),
        svg('rect', { x: stage.x, y: stage.y, width: stage.width, height: stage.height, rx: 9 }),
        svg('text', { class: 'stage-label', x: middle, y: stage.y + (stage.owner ? 22 : 31), 'text-anchor': 'middle' }, texts[0]),
        stage.owner ? svg('text', { class: 'stage-owner', x: middle, y: stage.y + 39, 'text-anchor': 'middle' }, plain(stage.owner)) : null,
        svg('circle', { class: 'stage-mark', cx: stage.x + stage.width, cy: stage.y, r: 8 }))
      shapes.set(stage.name, shape)
      return shape
    })
    const tip = (id) => svg('marker', { id, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse' }, svg('path', { d: 'M0 0L10 5L0 10z' }))
    const picture = svg('svg', { class: 'stages', viewBox: `0 0 ${drawing.width} ${drawing.height}`, width: drawing.width, height: drawing.height, role: 'img', 'aria-label': `${drawing.stages.length} stages and ${drawing.moves.length} transitions; the table below has them all` },
      svg('defs', {}, tip('tip'), tip('tip-command')), lines, stages)
    note = el('p', { class: 'stage-now' })
    node.replaceChildren(note,
      el('ul', { class: 'legend' }, el('li', { class: 'automatic' }, 'by automation'), el('li', { class: 'by-command' }, 'by a command'), el('li', { class: 'now' }, 'the tried lead')),
      frame('Diagram of the stages', picture),
      el('details', { class: 'moves' }, el('summary', {}, `All ${drawing.moves.length} transitions`), moveTable(drawing.moves, drawing)))
  }

  return {
    /** Brings the tried lead into sight where the picture is wider than its room. */
    centre() {
      const now = node.querySelector('.stage.now')
      if (!now) return
      const room = now.closest('.picture')
      const [mark, around] = [now, room].map((part) => part.getBoundingClientRect())
      room.scrollLeft += mark.left + mark.width / 2 - around.left - around.width / 2
    },
    show(drawing, decision, words) {
      if (!drawing) {
        drawn = null
        node.replaceChildren(el('p', { class: 'empty' }, 'The playbook declares no stages.'))
        return
      }
      const shape = JSON.stringify(drawing)
      if (drawn !== shape) draw(drawing)
      drawn = shape
      const stage = decision?.stage
      const moved = stage ? [stage.from, ...stage.moves.map(({ to }) => to)] : []
      for (const [name, shape] of shapes) {
        shape.classList.toggle('now', name === stage?.to)
        shape.classList.toggle('was', moved.includes(name) && name !== stage?.to)
        shape.classList.toggle('open', decision?.gates[name]?.open === true)
        if (name === stage?.to) shape.setAttribute('aria-current', 'true')
        else shape.removeAttribute('aria-current')
      }
      for (const way of node.querySelectorAll('.way.automatic')) {
        way.classList.toggle('taken', stage?.moves.some(({ from, to }) => from === way.dataset.from && to === way.dataset.to) ?? false)
      }
      note.replaceChildren(...(stage
        ? ['The tried lead is in ', el('strong', {}, words.stage(stage.to)), stage.moves.length ? `, after ${moved.map(words.stage).join(' → ')}.` : '.', stage.settled ? '' : ' What is not known yet may change that.']
        : ['The tried lead is in no stage: the playbook has no initial one.']))
    },
  }
}

const said = ({ automatic, by, on, act, due }) => (automatic ? `automatic${due ? ` (${plain(due).toLowerCase()})` : ''}` : `${act ?? on} by ${by.map((role) => role.replaceAll('_', ' ')).join(' or ')}`)

function moveTable(moves, { stages }) {
  const label = (name) => stages.find((stage) => stage.name === name)?.label ?? name
  return el('table', { class: 'move-table' },
    el('thead', {}, el('tr', {}, ...['From', 'To', 'How'].map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, ...moves.map((move) => el('tr', { 'data-from': move.from, 'data-to': move.to, 'data-how': move.automatic ? 'automation' : move.on },
      el('td', {}, label(move.from)), el('td', {}, label(move.to)), el('td', {}, said(move))))))
}

/** A line that passes every point of a layout upright, so that it meets its name. */
function curve(points) {
  return points.reduce((path, [x, y], place) => {
    if (place === 0) return `M${x} ${y}`
    const [before, above] = points[place - 1]
    const half = (above + y) / 2
    return `${path}C${before} ${half} ${x} ${half} ${x} ${y}`
  }, '')
}
