// `?entry=visitor&file=…&file=…`: decides on every line of the files and leaves the outcome for the test.
import { agree } from './agree.js'

const asked = new URLSearchParams(location.search)
const outcome = { compared: 0, differences: [] }
try {
  const { default: init, Playbook } = await import(asked.get('entry') === 'full' ? '../npm/leadstage/index.js' : '../npm/leadstage/visitor.js')
  await init()
  for (const file of asked.getAll('file')) {
    const response = await fetch(`../corpus/${file}`)
    if (!response.ok) throw new Error(`${file} answered ${response.status}`)
    const { compared, differences } = await agree(Playbook, await response.text())
    outcome.compared += compared
    outcome.differences.push(...differences)
    document.querySelector('#progress').textContent = `${outcome.compared} decisions`
  }
} catch (error) {
  outcome.error = String(error?.stack ?? error)
}
outcome.differences = outcome.differences.slice(0, 3).concat(outcome.differences.length > 3 ? [`and ${outcome.differences.length - 3} more`] : [])
document.documentElement.dataset.outcome = JSON.stringify(outcome)
