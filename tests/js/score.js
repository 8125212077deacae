// Scores evidence with the package: `node score.js COMPILED EVIDENCE.jsonl OUT.jsonl`.
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Playbook } from 'leadstage/visitor'

const [compiled, evidence, out] = process.argv.slice(2)
const playbook = Playbook.load(new Uint8Array(readFileSync(compiled)))
const output = createWriteStream(out)
for await (const line of createInterface({ input: createReadStream(evidence) })) {
  const { as_of, ...lead } = JSON.parse(line)
  output.write(`${playbook.decideText(lead, as_of)}\n`)
}
output.end()
