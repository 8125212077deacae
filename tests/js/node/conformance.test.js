import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as everything from 'leadstage'
import * as visitor from 'leadstage/visitor'
import { agree } from '../pages/agree.js'
import { agreeOnRecords } from '../pages/agree-records.js'
import * as page from '../support/page.js'
import { cases, corpus, generated, lines, records, sha256 } from '../support/dist.js'

const entries = { 'leadstage/visitor': visitor, 'leadstage/visitor in a page': page, leadstage: everything }

for (const [name, { Playbook }] of Object.entries(entries)) {
  test(`${name} decides every conformance case as the native build does`, async () => {
    const { compared, differences } = await agree(Playbook, readFileSync(`${corpus}/cases.jsonl`, 'utf8'), sha256)
    assert.deepEqual(differences, [])
    assert.equal(compared, cases().length * 2)
    assert.ok(compared > 100, `only ${compared} decisions`)
  })
}

test('the documents of all cases compile to the native bytes', () => {
  for (const { name, document, playbook } of cases()) {
    const bytes = everything.compile(document)
    assert.equal(Buffer.from(bytes).toString('base64'), playbook, name)
    assert.deepEqual(everything.check(document), [], name)
  }
})

test('generated playbooks and evidence: the same bytes as natively', async () => {
  const files = generated()
  assert.ok(files.length > 1, 'one file for each module')
  let triples = 0
  for (const [place, file] of files.entries()) {
    const text = readFileSync(file, 'utf8')
    // Half of them as in Node, half as in a page.
    const { compared, differences } = await agree([visitor, page][place % 2].Playbook, text, sha256)
    assert.deepEqual(differences, [], file)
    triples += compared / 2
    // Playbooks that are no longer used are given back between turns only.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const expected = Number(readFileSync(`${corpus}/generated.txt`, 'utf8'))
  assert.equal(triples, expected)
})

test('the entry with everything agrees on generated playbooks too', async () => {
  const [file] = generated()
  const { compared, differences } = await agree(everything.Playbook, readFileSync(file, 'utf8'), sha256)
  assert.deepEqual(differences, [])
  assert.ok(compared > 0)
})

test('records: the same answers, journals and explanations as natively, whatever the inputs', async () => {
  let compared = 0
  for (const file of records()) {
    const found = await agreeOnRecords(everything, readFileSync(file, 'utf8'), sha256)
    assert.deepEqual(found.differences.slice(0, 3), [], file)
    compared += found.compared
    await new Promise((resolve) => setImmediate(resolve))
  }
  const inputs = Number(readFileSync(`${corpus}/records.txt`, 'utf8'))
  assert.ok(inputs >= 10_000 && compared > inputs, `${compared} comparisons for ${inputs} inputs`)
})

const brief = ({ code, path }) => `${code} ${path}`
const problemsOf = (act) => {
  try {
    act()
  } catch (error) {
    assert.equal(error.name, 'LeadstageError', String(error.stack))
    return error.problems
  }
  return []
}

test('bad evidence is refused by both entries, and by the full one with the native problems', () => {
  const bad = lines(`${corpus}/refused.jsonl`)
  assert.ok(bad.length > 0)
  for (const { name, playbook, evidence, problems } of bad) {
    const bytes = Uint8Array.from(Buffer.from(playbook, 'base64'))
    const all = problemsOf(() => everything.Playbook.load(bytes).evaluate(evidence, 0))
    assert.deepEqual(all.map(brief).sort(), problems.map(brief).sort(), name)
    const [first] = problemsOf(() => visitor.Playbook.load(bytes).evaluate(evidence, 0))
    assert.ok(problems.map(brief).includes(first && brief(first)), `${name}: ${first && brief(first)}`)
  }
})

test('bad playbooks have the native problems, word for word', () => {
  const bad = lines(`${corpus}/bad.jsonl`)
  assert.ok(bad.length > 100, `only ${bad.length}`)
  for (const { name, text, problems } of bad) {
    assert.deepEqual(everything.check(text), problems, name)
    assert.deepEqual(problemsOf(() => everything.compile(text)), problems, name)
  }
})
