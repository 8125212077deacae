// The question tree as a picture: what is asked, which answers lead where, and the routes at the ends.

import { el } from '../dom.js'
import { frame, svg, wrapped } from './svg.js'

const COLUMN = 352
const BOX = 172
const ROW = 50
const LINE = 15
const EDGE = 14

/** So many ends are shown at first; the rest is opened by who wants to see it. */
const ENDS = 12

export function treePicture(node) {
  let root = null
  let box = null
  const head = el('p', { class: 'faint' })
  const all = el('button', { type: 'button', class: 'step', onclick: () => turn((part) => { part.open = true }) }, 'Open all')
  const few = el('button', { type: 'button', class: 'step', onclick: () => turn((part) => { part.open = false }) }, 'Close all')

  function turn(act) {
    const each = (part) => {
      act(part)
      part.branches?.forEach(({ next }) => each(next))
    }
    root.branches.forEach(({ next }) => each(next))
    draw()
  }

  function draw(focused) {
    const laid = layOut(root)
    const picture = svg('svg', { class: 'tree', viewBox: `0 0 ${laid.width} ${laid.height}`, width: laid.width, height: laid.height, role: 'group', 'aria-label': 'Questions; each opens and closes what follows it' }, laid.lines, laid.boxes.map(({ shape }) => shape))
    const toggle = (event) => {
      const part = laid.boxes.find(({ shape }) => shape === event.target.closest('[role="button"]'))?.part
      if (!part || (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ')) return
      event.preventDefault()
      part.open = !part.open
      draw(part)
    }
    picture.addEventListener('click', toggle)
    picture.addEventListener('keydown', toggle)
    box.replaceChildren(picture)
    laid.boxes.find(({ part }) => part === focused)?.shape.focus({ preventScroll: true })
    return laid
  }

  return {
    working() {
      node.setAttribute('aria-busy', 'true')
      if (!node.firstChild) node.replaceChildren(el('p', { class: 'empty' }, 'Working out the questions…'))
    },
    say(text) {
      node.removeAttribute('aria-busy')
      node.replaceChildren(el('p', { class: 'empty' }, text))
    },
    show(tree, words) {
      node.removeAttribute('aria-busy')
      if (tree.route !== undefined) {
        const route = tree.route === null ? 'no route' : words.route(tree.route)
        return this.say(`Nothing to ask: the lead goes to “${route}”, ${tree.settled ? 'and no answer could change that' : 'and no question could change that'}.`)
      }
      root = gather(tree, words)
      unfold(root)
      const { ask } = tree
      head.textContent = `From what is known of the lead: about ${ask.expected_questions.toFixed(1)} more questions, ${ask.at_most} at most.`
      box = frame('Question tree', '')
      const many = root.branches.some(({ next }) => next.branches)
      node.replaceChildren(head, many ? el('div', { class: 'room-tools' }, all, few) : '', box,
        el('details', { class: 'tree-text' }, el('summary', {}, 'The whole tree as text'), asText(root)))
      // The first question stands in the middle of its answers.
      box.scrollTop = draw().middle - box.clientHeight / 2
    },
  }
}

/** Opens questions level by level, as long as there is room. */
function unfold(root) {
  root.open = true
  let ends = root.branches.length
  const level = [root]
  for (const part of level) {
    const rows = part.branches.length - 1
    if (part !== root && ends + rows > ENDS) continue
    if (part !== root) ends += rows
    part.open = true
    level.push(...part.branches.map(({ next }) => next).filter(({ branches }) => branches))
  }
}

const percent = (share) => (share > 0 && share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`)

/** Answers that end in the same way are one branch. */
function gather(tree, words) {
  if (!tree.ask) return { end: tree.more ? '…' : tree.route === null ? 'no route' : words.route(tree.route), settled: tree.settled ?? false }
  const branches = []
  for (const { answer, share, then } of tree.branches) {
    const next = gather(then, words)
    const same = next.end && branches.find((branch) => branch.next.end === next.end && branch.next.settled === next.settled)
    if (same) {
      same.answers.push(answer)
      same.share += share
    } else branches.push({ answers: [answer], share, next })
  }
  return { attribute: tree.ask.attribute, text: tree.text || words.attribute(tree.ask.attribute), why: tree.ask.why, branches, open: false, size: 1 + branches.reduce((sum, { next }) => sum + (next.size ?? 0), 0) }
}

function layOut(root) {
  const lines = []
  const boxes = []
  let row = 0
  let deepest = 0
  const take = () => {
    row += 1
    return EDGE + row * ROW - ROW / 2
  }
  const draw = (part, depth) => {
    deepest = Math.max(deepest, depth)
    const left = EDGE + depth * COLUMN
    if (part.end) {
      const middle = take()
      const text = wrapped(part.end, 22, 1)[0]
      boxes.push({ part, shape: svg('g', { class: 'end', 'data-end': part.end },
        svg('title', {}, part.end),
        svg('rect', { x: left, y: middle - 13, width: Math.max(60, text.length * 7.3 + 24), height: 26, rx: 13 }),
        svg('text', { x: left + 12, y: middle + 4.5 }, text)) })
      return middle
    }
    // In the order of reading, for who goes through it by keys.
    const own = boxes.length
    const places = part.open ? part.branches.map(({ next }) => draw(next, depth + 1)) : []
    const middle = places.length ? (places[0] + places.at(-1)) / 2 : take()
    const texts = wrapped(part.text, 25, 2)
    part.branches.slice(0, places.length).forEach(({ answers, share }, place) => {
      const at = places[place]
      const [from, to] = [left + BOX, left + COLUMN]
      const answer = answers.join(' · ')
      lines.push(svg('g', { class: 'branch' },
        svg('title', {}, `${answer} (${percent(share)})`),
        svg('path', { d: `M${from} ${middle}C${from + 22} ${middle} ${from + 6} ${at} ${from + 28} ${at}H${to}` }),
        wrapped(answer, 27, 2).map((text, line) => svg('text', { x: from + 30, y: at - 5 + line * 17 }, text))))
    })
    const height = texts.length * LINE + 16
    boxes.splice(own, 0, { part, shape: svg('g', { class: `question${part.open ? '' : ' closed'}`, 'data-attribute': part.attribute, role: 'button', tabindex: 0, 'aria-expanded': String(part.open === true), 'aria-label': [...texts, ...(part.open ? [] : [`+ ${part.size}`])].join(' ') },
      svg('title', {}, `${part.text} (${part.why})`),
      svg('rect', { x: left, y: middle - height / 2, width: BOX, height, rx: 7 }),
      texts.map((text, place) => svg('text', { x: left + 10, y: middle - height / 2 + 20 + place * LINE }, `${text} `)),
      part.open ? null : svg('text', { class: 'more', x: left + BOX + 8, y: middle + 4 }, `+ ${part.size}`)) })
    return middle
  }
  const middle = draw(root, 0)
  return { lines, boxes, middle, width: 2 * EDGE + deepest * COLUMN + BOX + 40, height: 2 * EDGE + Math.max(row, 1) * ROW }
}

function asText(node) {
  if (node.end) return el('span', { class: 'tree-end' }, node.end)
  return el('div', {}, el('p', {}, node.text, el('span', { class: 'faint' }, ` (${node.why})`)),
    el('ul', {}, ...node.branches.map(({ answers, share, next }) => el('li', {}, `${answers.join(' · ')} (${percent(share)}) → `, asText(next)))))
}
