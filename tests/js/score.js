// Scores a table with the package, as `leadstage score --from csv` does natively:
// node score.js COMPILED PLAYBOOK.json MAP.json LEADS.csv OUT.jsonl
import { createWriteStream, readFileSync } from 'node:fs'
import assert from 'node:assert/strict'
import { Playbook as Full } from 'leadstage'
import { Playbook } from 'leadstage/visitor'
import { agrees, columns } from './support/batch.js'

const [compiled, document, map, table, out] = process.argv.slice(2)
const playbook = Playbook.load(new Uint8Array(readFileSync(compiled)))
const { attributes } = JSON.parse(readFileSync(document, 'utf8'))
const { unknown = [], facts, id, as_of, source, outcome, ...further } = JSON.parse(readFileSync(map, 'utf8'))
if (Object.keys(further).length > 0) throw new Error(`this script does not know ${Object.keys(further)} of maps`)
void outcome

/** Rows of cells, after RFC 4180. */
function* rows(text) {
  let row = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (found === null) throw new Error('not a table')
    row.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'))
    if (found[3] === ',') continue
    yield row
    row = []
  }
}

function factOf(attribute, said, cells) {
  const { column, values = {}, ...more } = typeof said === 'string' ? { column: said } : said
  if (Object.keys(more).length > 0) throw new Error(`this script does not know ${Object.keys(more)} of columns`)
  const text = cells[column].trim()
  if (unknown.some((nothing) => nothing.toLowerCase() === text.toLowerCase())) return []
  const named = Object.keys(values).find((value) => value.toLowerCase() === text.toLowerCase())
  const value = named !== undefined ? values[named] : attributes[attribute].type === 'number' ? Number(text) : text
  return [{ attribute, value, source }]
}

const output = createWriteStream(out)
const leads = []
let [headers, number] = [null, 0]
for (const row of rows(readFileSync(table, 'utf8').replace(/^\uFEFF/, ''))) {
  if (headers === null) {
    headers = row
    continue
  }
  number += 1
  const cells = Object.fromEntries(headers.map((header, place) => [header, row[place]]))
  const evidence = { facts: Object.entries(facts).flatMap(([attribute, said]) => factOf(attribute, said, cells)) }
  const name = id === undefined ? number : cells[id].trim() || number
  leads.push({ id: name, evidence, line: `{"id":${JSON.stringify(name)},"decision":${playbook.decideText(evidence, as_of)}}` })
  output.write(`${leads.at(-1).line}\n`)
}
output.end()

// All at once they come to the same.
const full = Full.load(new Uint8Array(readFileSync(compiled)))
const answers = full.decideColumns(columns(leads.map(({ evidence }) => evidence)), { asOf: as_of })
leads.forEach(({ id, line }, row) => agrees(answers, row, JSON.parse(line).decision, `columns, ${id}`))
const lines = full.decideLines(leads.map(({ id, evidence }) => JSON.stringify({ id: String(id), ...evidence })).join('\n'), { asOf: as_of })
assert.deepEqual(lines.split('\n').map((line) => line.slice(line.indexOf('"decision"'))), [...leads.map(({ line }) => line.slice(line.indexOf('"decision"'))), ''])
const decided = full.decideRows(leads.map(({ evidence }) => evidence), { asOf: as_of })
assert.deepEqual(decided.map(({ decision }) => decision), leads.map(({ line }) => JSON.parse(line).decision))
