// Where stages and transitions lie in the diagram. In the worker, since a large playbook takes its time.

import dagre from '@dagrejs/dagre'

const HEIGHT = 52
const LETTER = 7.4
const list = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** Every transition from every stage from which it leads, in the playbook's order. */
function transitions(document) {
  return list(document.transitions).flatMap((transition, place) => list(transition.from).map((from) => ({
    from,
    to: transition.to,
    by: list(transition.by),
    on: transition.on ?? null,
    act: transition.act ?? null,
    due: transition.due ?? null,
    automatic: list(transition.by).includes('automation'),
    path: `/transitions/${place}`,
  })))
}

/** The diagram of a sound playbook, or null where it has no stages. */
export function diagram(document) {
  const names = Object.keys(document.stages ?? {})
  if (names.length === 0) return null
  const moves = transitions(document)
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 44, edgesep: 12, marginx: 16, marginy: 16 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const name of names) {
    const label = document.stages[name].label ?? name
    graph.setNode(name, { width: Math.max(116, Math.min(label.length, 26) * LETTER + 34), height: HEIGHT })
  }
  // Moves between the same two stages share a line, and each has a label of its own on it.
  const pairs = new Map()
  for (const move of moves) {
    const key = JSON.stringify([move.from, move.to, move.automatic])
    pairs.set(key, [...(pairs.get(key) ?? []), move])
  }
  for (const [key, together] of pairs) {
    const [from, to] = JSON.parse(key)
    const text = label(together)
    graph.setEdge(from, to, { width: text.length * 6.2 + 8, height: 16, labelpos: 'c', weight: together[0].automatic ? 3 : 1 }, key)
  }
  dagre.layout(graph)
  const { width, height } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    initial: document.initial ?? null,
    stages: names.map((name) => ({ name, label: document.stages[name].label ?? name, owner: owner(document.stages[name]), ...box(graph.node(name)) })),
    lines: [...pairs].map(([key, together]) => {
      const [from, to, automatic] = JSON.parse(key)
      const { points, x, y } = graph.edge({ v: from, w: to, name: key })
      return { from, to, automatic, text: label(together), x: round(x), y: round(y), points: between(graph.node(from), points, graph.node(to)), moves: together }
    }),
    moves,
  }
}

/** Lines leave and reach stages at their upper or lower side, as near as they can to where they go on. */
function between(from, points, to) {
  const inner = points.slice(1, -1)
  const side = (stage, towards) => {
    const half = stage.width / 2 - 12
    return [Math.max(stage.x - half, Math.min(stage.x + half, towards.x)), stage.y + (towards.y > stage.y ? stage.height : -stage.height) / 2]
  }
  const middle = inner.map(({ x, y }) => [x, y])
  return [side(from, inner[0] ?? to), ...middle, side(to, inner.at(-1) ?? from)].map(([x, y]) => [round(x), round(y)])
}

const round = (value) => Math.round(value * 10) / 10
const box = ({ x, y, width, height }) => ({ x: round(x - width / 2), y: round(y - height / 2), width: round(width), height: round(height) })
const owner = ({ owner: who }) => (who === undefined ? null : typeof who === 'string' ? who : (who.role ?? who.queue ?? null))

function label(moves) {
  const names = moves.map(({ automatic, on, act, due }) => (automatic ? (due ?? 'automatic') : (act ?? on ?? '')).replaceAll('_', ' '))
  return [...new Set(names)].join(', ')
}
