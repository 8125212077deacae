// What the studio makes of a playbook's text, apart from any page.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { schema as documentSchema } from 'leadstage'
import { completions, meaning } from '../../../www/app/studio/complete.js'
import { cursor } from '../../../www/app/studio/cursor.js'
import { LONGEST, pack, unpack } from '../../../www/app/studio/fragment.js'
import { Schema } from '../../../www/app/studio/schema.js'

const { isMap, isScalar, isSeq, parse, parseDocument } = createRequire(new URL('../../../xtask/node/package.json', import.meta.url))('yaml')
const folder = new URL('../../../playbooks/', import.meta.url)
const playbooks = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => ({ name, text: readFileSync(new URL(`${name}/playbook.yaml`, folder), 'utf8') }))
const schema = new Schema(documentSchema())

/** Every key and every plain value of a text with its path, as a parser of the whole text sees them. */
function* places(node, path) {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      yield { path, key: key.value, at: key.range[1] }
      yield* places(value, [...path, String(key.value)])
    }
  } else if (isSeq(node)) for (const [place, item] of node.items.entries()) yield* places(item, [...path, place])
  else if (isScalar(node) && node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED' && node.range[1] > node.range[0]) yield { path, at: node.range[1] }
}

describe('a place in a text', () => {
  for (const [number, { name, text }] of playbooks.entries()) {
    const json = JSON.stringify(parse(text), null, number % 2 ? 2 : 0)
    for (const [format, written] of number < 2 ? [['yaml', text], ['json', json]] : [['yaml', text]]) {
      it(`is found for every key and value of ${name} from what stands before it (${format}, ${written.length} letters)`, () => {
        let count = 0
        for (const { path, key, at } of places(parseDocument(written).contents, [])) {
          // In quotes the place is before the closing one, as while typing.
          const pos = /["']/.test(written[at - 1]) ? at - 1 : at
          const found = cursor(written, pos, format)
          const where = `${path.join('/')} ${key ?? ''} at ${written.slice(0, at).split('\n').length}`
          assert.deepEqual(found?.path, path, where)
          // What stands in a line of its own may be a key or a value until a colon is written.
          assert.ok(found.bare || found.isKey === (key !== undefined), where)
          count += 1
        }
        assert.ok(count > 100, String(count))
      })
    }
  }
})

/** The labels that are offered where `|` stands, with what each would put there. */
function offered(marked, format = 'yaml') {
  const pos = marked.indexOf('|')
  const text = marked.slice(0, pos) + marked.slice(pos + 1)
  const found = completions(schema, parse(base), text, pos, format)
  return found && Object.fromEntries(found.options.map(({ label, apply }) => [label, apply]))
}

const base = `
leadstage: 1
name: small
version: 1
attributes:
  account.industry: { type: choice, options: [software, retail], label: Industry }
  contact.partner: { type: boolean }
signals:
  page_view: { properties: { path: text, kind: [first, second] } }
scores:
  fit: { groups: [ { name: company, rules: [ { when: { account.industry: software }, points: 5 } ] } ], bands: { A: 5, B: 0 } }
stages: { lead: {}, mql: { enter: { account.industry: software } } }
`

describe('completion', () => {
  it('offers the keys of an object but those that are there', () => {
    const keys = offered('leadstage: 1\nna|')
    assert.ok(keys.name && keys.attributes && !keys.leadstage)
    assert.equal(keys.name, 'name: ')
    assert.equal(keys.attributes, 'attributes:\n  ')
    assert.equal(keys.routes, 'routes:\n  - ')
    // What a key has stands two further in than the key.
    assert.equal(offered('attributes:\n  account.size:\n    as|').ask, 'ask:\n      ')
    assert.equal(offered('attributes:\n  account.size:\n    ask:\n      an|').answers, 'answers:\n        - ')
  })

  it('offers attributes in a condition, in block and in flow, and their options as values', () => {
    assert.equal(offered('routes:\n  - when:\n      acc|')['account.industry'], 'account.industry: ')
    assert.equal(offered('routes:\n  - when: { acc|')['account.industry'], 'account.industry: ')
    assert.deepEqual(Object.keys(offered('routes:\n  - when: { account.industry: |')), ['software', 'retail'])
    assert.deepEqual(Object.keys(offered('routes:\n  - when: { account.industry: [software, |')), ['software', 'retail'])
    assert.deepEqual(Object.keys(offered('routes:\n  - when: { contact.partner: |')), ['true', 'false'])
    assert.equal(offered('{"routes": [{"when": {"|', 'json')['account.industry'], '"account.industry": ')
    assert.equal(offered('{"routes": [{"when": {"account.industry": "so|', 'json').retail, '"retail"')
  })

  it('offers the names that the playbook declares where they belong', () => {
    assert.deepEqual(Object.keys(offered('transitions:\n  - from: |')), ['lead', 'mql'])
    assert.deepEqual(Object.keys(offered('routes:\n  - { when: { signal: |')), ['page_view'])
    assert.deepEqual(Object.keys(offered('routes:\n  - { when: { signal: page_view, where: { |')), ['path', 'kind'])
    assert.deepEqual(Object.keys(offered('routes:\n  - { when: { signal: page_view, where: { kind: |')), ['first', 'second'])
    assert.deepEqual(Object.keys(offered('routes:\n  - { when: { band: { fit: |')), ['A', 'B'])
    assert.deepEqual(Object.keys(offered('grade: { of: [ |')), ['fit'])
    assert.deepEqual(Object.keys(offered('attributes:\n  account.size:\n    type: |')), ['boolean', 'number', 'text', 'choice', 'choices', 'date'])
  })

  it('begins the entry of a list', () => {
    assert.equal(offered('transitions:\n  |').from, '- from: ')
    assert.equal(offered('transitions:\n  |').when, '- when:\n      ')
    assert.equal(offered('transitions:\n  - from: lead\n    |').to, 'to: ')
    assert.equal(offered('transitions:\n  - from: lead\n    |').from, undefined)
  })

  it('offers nothing in comments and in texts of several lines', () => {
    assert.equal(offered('leadstage: 1\n# na|'), null)
    assert.equal(offered('description: |\n  na|'.replace('|', '>')), null)
  })

  it('tells what a word means', () => {
    const text = base
    assert.match(meaning(schema, parse(base), text, text.indexOf('options') + 2, 'yaml').lines.join(' '), /values that a choice may have/)
    assert.deepEqual(meaning(schema, parse(base), text, text.indexOf('account.industry: software') + 3, 'yaml').lines.slice(0, 2), ['Industry', 'choice'])
  })
})

describe('a link', () => {
  const state = { format: 'yaml', text: `${playbooks[0].text}# ünïcödé 🚢\n`, lead: { asOf: 1_780_000_000_000, stage: null, facts: { 'account.industry': { value: 'software', source: 'visitor' } }, events: [] } }

  it('gives back exactly what went in, and every ready playbook fits', async () => {
    assert.deepEqual(await unpack(await pack(state)), state)
    for (const { name, text } of playbooks) assert.ok((await pack({ ...state, text })).length < LONGEST, name)
  })

  it('that is damaged, foreign or a bomb is refused', async () => {
    const good = await pack(state)
    assert.equal(await unpack('panel'), null)
    await assert.rejects(unpack(good.slice(0, -20)), /can’t be read/)
    await assert.rejects(unpack('s1.!!!'), /can’t be read/)
    await assert.rejects(unpack(await pack({ format: 'yaml', text: 5, lead: state.lead })), /something else/)
    await assert.rejects(unpack(await pack({ ...state, lead: { ...state.lead, events: [null] } })), /something else/)
    await assert.rejects(unpack(await pack({ ...state, text: ' '.repeat(9 << 20) })), /more than a playbook/)
  })
})
