// What columns of answers say of a row must be what its decision says.
import assert from 'node:assert/strict'
export { columns } from '../../../benches/js/columns.mjs'

const milli = (points) => Math.round(points * 1000)
const named = ({ names, code, settled }, row) => ({ name: names[code[row]] ?? null, settled: settled[row] === 1 })
const each = (object, make) => Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, make(inner)]))

/** The parts of a decision that columns have, in one form for both. */
function ofDecision({ playbook, version, digest, scores, grade, icp, persona, readiness, segments, gates, stage, route, set_aside: aside }) {
  return {
    playbook, version, digest,
    scores: each(scores, ({ value, low, high, band }) => [milli(value), milli(low), milli(high), band]),
    grade: grade && { name: grade.value, settled: grade.settled },
    icp: icp && { name: icp.tier, settled: icp.settled },
    persona,
    readiness: readiness && {
      framework: readiness.framework, ready: readiness.ready, settled: readiness.settled,
      criteria: Object.fromEntries([readiness.unmet, readiness.unknown, readiness.met].flatMap((names, truth) => names.map((name) => [name, truth]))),
    },
    segments,
    gates: each(gates, ({ open, settled, by }) => ({ open, settled, by })),
    stage: stage && { from: stage.from, to: stage.to, moves: stage.moves.length, settled: stage.settled },
    route: route && { name: route.then, settled: route.settled },
    aside: [aside.facts.length, aside.events.length],
  }
}

function ofAnswers({ playbook, version, digest, scores, grade, icp, persona, readiness, segments, gates, stage, route, set_aside: aside }, row) {
  return {
    playbook, version, digest,
    scores: each(scores, ({ value, low, high, bands, band }) => [value[row], low[row], high[row], bands[band[row]] ?? null]),
    grade: grade ? named(grade, row) : null,
    icp: icp ? named(icp, row) : null,
    persona: persona ? named(persona, row) : null,
    readiness: readiness ? {
      framework: readiness.framework, ready: readiness.ready[row] === 1, settled: readiness.settled[row] === 1,
      criteria: each(readiness.criteria, (truths) => truths[row]),
    } : null,
    segments: each(segments, (segment) => ({ in: segment.in[row] === 1, settled: segment.settled[row] === 1 })),
    gates: Object.fromEntries(Object.entries(gates).filter(([, { open }]) => open[row] >= 0).map(([name, { open, stay, settled }]) =>
      [name, { open: open[row] === 1, settled: settled[row] === 1, by: stay[row] === 1 ? 'stay' : 'enter' }])),
    stage: stage && stage.from[row] >= 0 ? { from: stage.names[stage.from[row]], to: stage.names[stage.to[row]], moves: stage.moves[row], settled: stage.settled[row] === 1 } : null,
    route: route ? named(route, row) : null,
    aside: [aside.facts[row], aside.events[row]],
  }
}

export const agrees = (answers, row, decision, what) => assert.deepEqual(ofAnswers(answers, row), ofDecision(decision), what)
