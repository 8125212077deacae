// The question tree as a picture: what is asked, which answers lead where, and the routes at the ends.

import { el } from '../dom.js'
import { frame, svg, wrapped } from './svg.js'

const COLUMN = 316
const BOX = 172
const ROW = 40
const LINE = 15
const EDGE = 14

export function treePicture(node) {
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
      const laid = layOut(gather(tree, words))
      const picture = svg('svg', { class: 'tree', viewBox: `0 0 ${laid.width} ${laid.height}`, width: laid.width, height: laid.height, role: 'img', 'aria-label': 'Question tree; the text below says the same' }, laid.lines, laid.boxes)
      const { ask } = tree
      node.replaceChildren(
        el('p', { class: 'faint' }, `From what is known of the lead: about ${ask.expected_questions.toFixed(1)} more questions, ${ask.at_most} at most.`),
        frame('Question tree', picture),
        el('details', { class: 'tree-text' }, el('summary', {}, 'The same as text'), asText(gather(tree, words))))
    },
  }
}

const percent = (share) => (share > 0 && share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`)

/** Answers that end in the same way are one branch. */
function gather(tree, words) {
  if (!tree.ask) return { end: tree.more ? '…' : tree.route === null ? 'no route' : words.route(tree.route), settled: tree.settled ?? false, more: tree.more ?? false }
  const branches = []
  for (const { answer, share, then } of tree.branches) {
    const next = gather(then, words)
    const same = next.end && branches.find((branch) => branch.next.end === next.end && branch.next.settled === next.settled)
    if (same) {
      same.answers.push(answer)
      same.share += share
    } else branches.push({ answers: [answer], share, next })
  }
  return { attribute: tree.ask.attribute, text: tree.text || words.attribute(tree.ask.attribute), why: tree.ask.why, branches }
}

function layOut(root) {
  const lines = []
  const boxes = []
  let row = 0
  let deepest = 0
  const draw = (node, depth) => {
    deepest = Math.max(deepest, depth)
    const left = EDGE + depth * COLUMN
    if (node.end) {
      const middle = EDGE + row * ROW + ROW / 2
      row += 1
      const text = wrapped(node.end, 22, 1)[0]
      boxes.push(svg('g', { class: `end${node.settled ? ' settled' : ''}`, 'data-end': node.end },
        svg('title', {}, node.end),
        svg('rect', { x: left, y: middle - 13, width: Math.max(60, text.length * 7.3 + 24), height: 26, rx: 13 }),
        svg('text', { x: left + 12, y: middle + 4.5 }, text)))
      return middle
    }
    const first = row
    const places = node.branches.map(({ next }) => draw(next, depth + 1))
    const middle = node.branches.length ? (places[0] + places.at(-1)) / 2 : EDGE + first * ROW + ROW / 2
    const texts = wrapped(node.text, 25, 2)
    node.branches.forEach(({ answers, share }, place) => {
      const at = places[place]
      const [from, to] = [left + BOX, left + COLUMN]
      const answer = answers.join(' · ')
      lines.push(svg('g', { class: 'branch' },
        svg('title', {}, `${answer} (${percent(share)})`),
        svg('path', { d: `M${from} ${middle}C${from + 22} ${middle} ${from + 6} ${at} ${from + 28} ${at}H${to}` }),
        svg('text', { x: from + 30, y: at - 5 }, wrapped(answer, 19, 1)[0])))
    })
    const height = texts.length * LINE + 16
    boxes.push(svg('g', { class: 'question', 'data-attribute': node.attribute },
      svg('title', {}, `${node.text} (${node.why})`),
      svg('rect', { x: left, y: middle - height / 2, width: BOX, height, rx: 7 }),
      texts.map((text, place) => svg('text', { x: left + 10, y: middle - height / 2 + 20 + place * LINE }, text))))
    return middle
  }
  draw(root, 0)
  return { lines, boxes, width: 2 * EDGE + deepest * COLUMN + BOX + 20, height: 2 * EDGE + Math.max(row, 1) * ROW }
}

function asText(node) {
  if (node.end) return el('span', { class: 'tree-end' }, node.end)
  return el('div', {}, el('p', {}, node.text, el('span', { class: 'faint' }, ` (${node.why})`)),
    el('ul', {}, ...node.branches.map(({ answers, share, next }) => el('li', {}, `${answers.join(' · ')} (${percent(share)}) → `, asText(next)))))
}
