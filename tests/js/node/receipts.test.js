import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { receipt, withheld } from 'leadstage/receipt'
import { LeadstageError, Playbook } from 'leadstage/visitor'
import { root } from '../support/dist.js'
import { altered, dice, honest } from '../support/honest.js'

/** So many receipts in all; `LEADSTAGE_RECEIPTS` says otherwise. */
const RECEIPTS = Number(process.env.LEADSTAGE_RECEIPTS ?? 8_000)
const SEED = Number(process.env.LEADSTAGE_SEED ?? 1)
const CLI = process.env.LEADSTAGE_CLI ?? join(root, 'target/debug/leadstage')
const NOW = Date.UTC(2026, 2, 1, 9)

const folder = mkdtempSync(join(tmpdir(), 'leadstage-receipts-'))
const file = (name) => join(folder, name)
after(() => rmSync(folder, { recursive: true }))

function leadstage(args, expected = 0) {
  const { status, stdout, stderr, error } = spawnSync(CLI, args, { encoding: 'utf8', maxBuffer: 1 << 30 })
  assert.equal(error, undefined)
  assert.equal(status, expected, `${args.join(' ')}: ${stderr}`)
  return stdout
}
const lines = (text) => text.split('\n').filter(Boolean)

const books = []
before(() => {
  leadstage(['keys', 'new', file('keys.json')])
  const names = readdirSync(join(root, 'playbooks'), { withFileTypes: true }).filter((it) => it.isDirectory()).map(({ name }) => name)
  for (const name of names) {
    const source = join(root, 'playbooks', name, 'playbook.yaml')
    leadstage(['compile', source, '-o', file(`${name}.leadstage`)])
    leadstage(['compile', source, '-o', file(`${name}.json`)])
    const document = JSON.parse(readFileSync(file(`${name}.json`), 'utf8'))
    books.push({ name, source, document, playbook: Playbook.load(new Uint8Array(readFileSync(file(`${name}.leadstage`)))) })
  }
  assert.ok(books.length >= 6, `${books.length} playbooks`)
})

const challenges = ({ source }, count, ...more) =>
  lines(leadstage(['challenge', '-p', source, '--keys', file('keys.json'), '--as-of', String(NOW), '--count', String(count), ...more]))
const verify = (receipts, expected, ...more) =>
  lines(leadstage(['verify', ...books.flatMap(({ source }) => ['-p', source]), '--keys', file('keys.json'), '--as-of', String(NOW + 60_000), '--json', receipts, ...more], expected))
const acme = () => books.find(({ name }) => name === 'acme-b2b')

test('honest receipts verify natively, and altered in one random place never', { timeout: 3_600_000 }, async () => {
  const each = Math.ceil(RECEIPTS / books.length)
  let [made, refused] = [0, 0]
  const codes = {}
  for (const [number, book] of books.entries()) {
    const roll = dice(SEED * 1_000 + number)
    const [good, bad] = [openSync(file('good.jsonl'), 'w'), openSync(file('bad.jsonl'), 'w')]
    for (const challenge of challenges(book, each)) {
      const asOf = NOW + roll(60_000)
      const text = await receipt(book.playbook, { challenge, asOf, evidence: honest(book.document, roll, asOf), agreed: true })
      writeSync(good, `${text}\n`)
      writeSync(bad, Buffer.concat([altered(text, roll), Buffer.from('\n')]))
    }
    closeSync(good)
    closeSync(bad)
    for (const line of verify(file('good.jsonl'), 0)) {
      assert.ok(line.includes('"verified":true'), line)
      made += 1
    }
    for (const line of verify(file('bad.jsonl'), 4)) {
      const { verified, refusal } = JSON.parse(line)
      assert.equal(verified, false, line)
      codes[refusal.code] = (codes[refusal.code] ?? 0) + 1
      refused += 1
    }
  }
  console.log(`${made} honest receipts verified; ${refused} altered ones refused: ${JSON.stringify(codes)}`)
  assert.equal(made, each * books.length)
  assert.equal(refused, made)
})

test('a receipt is used once', async () => {
  const [challenge] = challenges(acme(), 1)
  const text = await receipt(acme().playbook, { challenge, asOf: NOW })
  writeFileSync(file('twice.jsonl'), `${text}\n${text}\n`)
  const [first, second] = verify(file('twice.jsonl'), 4).map((line) => JSON.parse(line))
  assert.equal(first.verified, true)
  assert.equal(second.refusal.code, 'replayed')
})

test('personal facts leave with consent only, and the decision is that of what is sent', async () => {
  const { playbook } = acme()
  // Marked `personal: true` in the playbook, which the page can't take back.
  const text = 'contact.email'
  assert.deepEqual(playbook.personal, [text])
  const evidence = { id: 'r1', facts: [{ attribute: 'account.industry', value: 'software' }, { attribute: text, value: 'ada@example.com' }], events: [] }
  const [challenge] = challenges(acme(), 1)
  const sent = async (more) => JSON.parse(await receipt(playbook, { challenge, asOf: NOW, evidence, ...more })).evidence
  const without = { facts: [evidence.facts[0]], events: [] }
  for (const no of [{}, { agreed: false }, { agreed: 'yes' }, { personal: [text] }, { personal: [text], agreed: 0 }, { personal: [] }, { personal: ['contact.other'] }]) {
    assert.deepEqual(await sent(no), without)
    assert.deepEqual(withheld(playbook, { evidence, ...no }), [text])
  }
  assert.deepEqual((await sent({ agreed: true })).facts.length, 2)
  assert.deepEqual(withheld(playbook, { evidence, agreed: true }), [])
  const map = { 'account.industry': 'software', [text]: 'ada@example.com' }
  assert.deepEqual(await sent({ evidence: { facts: map } }), { facts: { 'account.industry': 'software' } })
  assert.deepEqual(withheld(playbook, { evidence: { facts: map } }), [text])
  // What else of the contact is personal, and of anything, the page says.
  const more = { facts: [...evidence.facts, { attribute: 'contact.seniority', value: 'director' }] }
  const left = async (personal) => (await sent({ evidence: more, personal })).facts.map(({ attribute }) => attribute)
  assert.deepEqual(await left(undefined), ['account.industry'])
  assert.deepEqual(await left([]), ['account.industry', 'contact.seniority'])
  assert.deepEqual(await left(['account.industry']), ['contact.seniority'])
  assert.deepEqual(withheld(playbook, { evidence: more, personal: ['account.industry'] }), ['account.industry', text])
  const made = await receipt(playbook, { challenge, asOf: NOW, evidence })
  assert.ok(!made.includes('ada@example.com'))
  assert.ok(made.includes(`"decision":${playbook.decideText(without, NOW)},"seal":`))
  writeFileSync(file('personal.jsonl'), made)
  assert.equal(JSON.parse(verify(file('personal.jsonl'), 0)[0]).verified, true)
})

test('what is no challenge and no evidence is said at once', async () => {
  const { playbook } = acme()
  const [challenge] = challenges(acme(), 1)
  for (const bad of [undefined, '', 'lsc1.k.', `${challenge} `, `${challenge}"`, challenge.slice(1)]) {
    await assert.rejects(receipt(playbook, { challenge: bad, asOf: NOW }), LeadstageError)
  }
  await assert.rejects(receipt(playbook, { challenge, asOf: NaN }), LeadstageError)
  await assert.rejects(receipt(playbook, { challenge, asOf: NOW, evidence: { facts: [{ attribute: 'account.nothing', value: 1 }] } }), LeadstageError)
  await assert.rejects(receipt(playbook, { challenge, asOf: NOW, evidence: { facts: 3 } }), LeadstageError)
  for (const evidence of [null, 3, 'x', []]) await assert.rejects(receipt(playbook, { challenge, asOf: NOW, evidence }), LeadstageError)
})

test('verdicts are verified by an independent library, and altered ones are not', async () => {
  const [challenge] = challenges(acme(), 1)
  const evidence = { facts: [{ attribute: 'account.industry', value: 'software' }] }
  writeFileSync(file('one.jsonl'), await receipt(acme().playbook, { challenge, asOf: NOW, evidence }))
  writeFileSync(file('own.json'), JSON.stringify({ facts: [{ attribute: 'account.industry', value: 'retail', source: 'crm' }] }))
  const [line] = verify(file('one.jsonl'), 0, '--issuer', 'https://leads.example', '--audience', 'booking', '--subject', 'r1', '--own', file('own.json'))
  const { verdict, decision, claimed, changes, receipt: seal } = JSON.parse(line)
  const jwks = createLocalJWKSet(JSON.parse(leadstage(['keys', 'public', file('keys.json')])))
  const expected = { issuer: 'https://leads.example', audience: 'booking', typ: 'leadstage-verdict+jwt', algorithms: ['EdDSA'], currentDate: new Date(NOW + 61_000) }
  const { payload, protectedHeader } = await jwtVerify(verdict, jwks, expected)
  assert.equal(protectedHeader.alg, 'EdDSA')
  assert.equal(payload.sub, 'r1')
  assert.equal(payload.receipt, seal)
  assert.deepEqual(payload.playbook, { name: 'acme-b2b', version: acme().playbook.version, digest: acme().playbook.digest })
  assert.equal(payload.route.then, decision.route.then)
  assert.equal(payload.changed, true)
  assert.ok(changes.some(({ path }) => path === '/scores/fit/value'))
  assert.notDeepEqual(decision.scores, claimed.scores)
  await assert.rejects(jwtVerify(verdict, jwks, { ...expected, audience: 'other' }), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
  await assert.rejects(jwtVerify(verdict, jwks, { ...expected, currentDate: new Date(NOW + 60_000 + 600_000) }), { code: 'ERR_JWT_EXPIRED' })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (let place = 0; place < verdict.length; place += 1) {
    const letter = letters[(letters.indexOf(verdict[place]) + 1 + (place % 60)) % 64]
    await assert.rejects(jwtVerify(verdict.slice(0, place) + letter + verdict.slice(place + 1), jwks, expected), undefined, `place ${place}`)
  }
  // After two rotations the old key is still published, after three it is gone.
  for (const still of [true, true, false]) {
    leadstage(['keys', 'rotate', file('keys.json')])
    const rotated = createLocalJWKSet(JSON.parse(leadstage(['keys', 'public', file('keys.json')])))
    if (still) assert.equal((await jwtVerify(verdict, rotated, expected)).payload.jti, payload.jti)
    else await assert.rejects(jwtVerify(verdict, rotated, expected), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  }
})
