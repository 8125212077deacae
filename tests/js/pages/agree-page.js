// `?entry=visitor&file=…&file=…`: decides on every line of the files and leaves the outcome for the test;
// `?entry=records` takes records through their inputs.
import { agree } from './agree.js'
import { agreeOnRecords } from './agree-records.js'

const asked = new URLSearchParams(location.search)
const outcome = { compared: 0, differences: [] }
try {
  const entry = asked.get('entry')
  const leadstage = await import(entry === 'visitor' ? '../npm/leadstage/visitor.js' : '../npm/leadstage/index.js')
  await leadstage.default()
  const compare = (lines) => (entry === 'records' ? agreeOnRecords(leadstage, lines) : agree(leadstage.Playbook, lines))
  for (const file of asked.getAll('file')) {
    const response = await fetch(`../corpus/${file}`)
    if (!response.ok) throw new Error(`${file} answered ${response.status}`)
    const { compared, differences } = await compare(await response.text())
    outcome.compared += compared
    outcome.differences.push(...differences)
    document.querySelector('#progress').textContent = `${outcome.compared} compared`
  }
} catch (error) {
  outcome.error = String(error?.stack ?? error)
}
outcome.differences = outcome.differences.slice(0, 3).concat(outcome.differences.length > 3 ? [`and ${outcome.differences.length - 3} more`] : [])
document.documentElement.dataset.outcome = JSON.stringify(outcome)
