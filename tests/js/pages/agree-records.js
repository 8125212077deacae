// Takes the records of a corpus through their inputs and reports every answer that is not, byte for byte, the native one.
import { sha256 } from './agree.js'

/** The answer, or what is wrong with the input. */
const answered = (act) => {
  try {
    return act()
  } catch (error) {
    if (error?.name !== 'LeadstageError') throw error
    return JSON.stringify(error.problems)
  }
}

/** `lines`: a playbook's document, records with the hashes of all their answers, and what duplicates there are. */
export async function agreeOnRecords({ Lifecycle, verify }, lines, hash = sha256) {
  const differences = []
  const records = []
  let compared = 0
  let lifecycle
  for (const line of lines.split('\n')) {
    if (line === '') continue
    const { document, duplicates, id, steps, as_of, head, ...expected } = JSON.parse(line)
    const same = (what, found, wanted) => {
      compared += 1
      if (found !== wanted) differences.push({ id, what, found: String(found).slice(0, 2000) })
    }
    try {
      if (document) {
        lifecycle = Lifecycle.parse(document)
        continue
      }
      if (duplicates) {
        same('duplicates', JSON.stringify(lifecycle.dedupe(records)), duplicates)
        continue
      }
      const record = lifecycle.record(id)
      records.push(record)
      for (const [place, [input, at, wanted]] of steps.entries()) {
        const answer = answered(() => lifecycle.advanceText(record, input, at))
        const found = await hash(answer)
        compared += 1
        if (found !== wanted) differences.push({ id, place, input, answer: answer.slice(0, 2000) })
      }
      const kept = record.keptText()
      same('kept', await hash(kept), expected.kept_sha256)
      same('explained', await hash(JSON.stringify(record.explain(as_of))), expected.explained_sha256)
      const { altered, head: last } = verify(record.journal(), head)
      same('verified', `${altered} ${last}`, `null ${head}`)
      const restored = lifecycle.restore(kept)
      same('restored', `${restored.same} ${restored.differences.length} ${restored.record.keptText() === kept}`, 'true 0 true')
      restored.record.free()
    } catch (error) {
      differences.push({ id, error: String(error?.stack ?? error) })
    }
  }
  records.forEach((record) => record.free())
  return { compared, differences }
}
