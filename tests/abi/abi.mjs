// The plain module in Node, with no imports: node abi.mjs MODULE KEYS EXPECTED RECEIPT; writes the receipt for the other hosts.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const [module, keys, expected, out] = process.argv.slice(2)
const here = (name) => readFileSync(new URL(name, import.meta.url))
const compiled = await WebAssembly.compile(readFileSync(module))
assert.deepEqual(WebAssembly.Module.imports(compiled), [])
const { exports: abi } = await WebAssembly.instantiate(compiled)

const text = (start, size) => Buffer.from(new Uint8Array(abi.memory.buffer, start, size)).toString()
/** Calls with bytes in the module's memory, which are given back afterwards. */
function given(parts, call) {
  const rooms = parts.map((part) => {
    const bytes = Buffer.from(part)
    const start = abi.leadstage_allocate(bytes.length)
    new Uint8Array(abi.memory.buffer).set(bytes, start)
    return [start, bytes.length]
  })
  const came = call(...rooms.flat())
  for (const room of rooms) abi.leadstage_free(...room)
  return came
}
function answer(pointer) {
  const status = abi.leadstage_answer_status(pointer)
  const said = text(abi.leadstage_answer_data(pointer), abi.leadstage_answer_size(pointer))
  abi.leadstage_answer_free(pointer)
  return [status, said]
}
const at = abi.leadstage_version()
assert.match(text(at, new Uint8Array(abi.memory.buffer).indexOf(0, at) - at), /^\d+\.\d+\.\d+$/)

const now = 1_772_355_600_000n
const [status, problems] = answer(given(['{"leadstage":2}'], abi.leadstage_compile))
assert.equal(status, 1)
assert.ok(JSON.parse(problems).some(({ code }) => code === 'bad_format'))
assert.equal(given(['nothing'], abi.leadstage_playbook_open), 0)

const playbook = given([here('playbook.json')], abi.leadstage_playbook_open)
const evidence = here('evidence.json').toString().trim()
const evaluate = (evidence, explained) => answer(given([evidence], (start, size) => abi.leadstage_evaluate(playbook, start, size, now, explained)))
assert.deepEqual(evaluate(evidence, 1), [0, readFileSync(expected, 'utf8').trim()])
assert.equal(evaluate('{"facts":{"account.nothing":1}}', 0)[0], 1)
assert.equal(abi.leadstage_evaluate(0, 0, 0, now, 0), 0)
assert.equal(abi.leadstage_answer_status(0), -1)

assert.equal(given(['{}'], abi.leadstage_verifier_open), 0)
const verifier = given([readFileSync(keys)], abi.leadstage_verifier_open)
const random = Buffer.alloc(16, 5)
const challenge = () => given([random], (start) => abi.leadstage_challenge(verifier, playbook, start, now))
assert.equal(challenge(), 0)
assert.equal(abi.leadstage_verifier_add(verifier, playbook), 0)
const [, given_out] = answer(challenge())
const said = `{"receipt":1,"challenge":"${given_out}","as_of":${now},"evidence":${evidence},"decision":${evaluate(evidence, 0)[1]}`
const receipt = `${said},"seal":"${createHash('sha256').update(said).digest('hex')}"}`
writeFileSync(out, receipt)
const verify = (receipt, own = '', when = now) => answer(given([receipt, own], (start, size, own, ownSize) => abi.leadstage_verify(verifier, start, size, when, own, ownSize)))
const [fine, verified] = verify(receipt)
assert.equal(fine, 0, verified)
assert.equal(JSON.parse(verified).expires, Number(now) + 600_000)
const [again, changed] = verify(receipt, '{"facts":[{"attribute":"account.industry","value":"retail","source":"crm"}]}')
assert.equal(again, 0)
assert.equal(JSON.parse(changed).decision.route.then, 'nurture')
const [refused, refusal] = verify(receipt.replace('book_meeting', 'nurture'))
assert.deepEqual([refused, JSON.parse(refusal).code], [2, 'altered'])
assert.equal(JSON.parse(verify(receipt, '', now + 600_000n)[1]).code, 'expired')
// Whatever is given back is free: many calls don't let the memory grow.
const pages = () => abi.memory.buffer.byteLength
for (let call = 0; call < 200; call += 1) verify(receipt)
const size = pages()
for (let call = 0; call < 20_000; call += 1) verify(receipt)
assert.equal(pages(), size)
abi.leadstage_playbook_close(playbook)
assert.equal(verify(receipt)[0], 0)
abi.leadstage_verifier_close(verifier)
console.log('node: the plain module agrees')
