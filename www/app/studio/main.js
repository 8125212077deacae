// The studio: a playbook in an editor, and beside it what becomes of a lead by it.

import { el } from '../dom.js'
import { startOffline } from '../offline.js'
import { place } from '../places.js'
import { startTheme } from '../theme.js'
import { words } from '../words.js'
import { decisionView } from './decision.js'
import { keepLink, save } from './downloads.js'
import { openEditor } from './editor.js'
import { unpack } from './fragment.js'
import { evidence, leadForm } from './lead.js'
import { Runner } from './runner.js'
import { Schema } from './schema.js'
import { stageDiagram } from './stages.js'
import { STARTS, startLead, startText } from './starts.js'
import { startTabs } from './tabs.js'
import { treePicture } from './tree.js'
import { waterfalls } from './waterfall.js'

const at = (id) => document.getElementById(id)
const url = place('app/studio-worker.js')
const runner = new Runner(url, 5_000)
const planner = new Runner(url, 10_000)
const tools = new Runner(url, 15_000)

let schema = null
let book = {}
let sound = null
let problems = []
let tab = 'decision'
let timer = 0
let treeOf = ''

startTheme(null)()
startOffline()

const status = at('studio-status')
const notice = at('studio-notice')
const linkNote = at('studio-link-note')
const list = at('studio-problems')
const decision = decisionView(at('studio-decision'))
const scores = waterfalls(at('studio-scores'))
const stages = stageDiagram(at('studio-stages'))
const tree = treePicture(at('studio-tree'))
const lead = leadForm(at('studio-lead'), { changed: later })
let editor = null
let outdated = false

const link = keepLink(({ fits, length, most }) => {
  outdated = !fits
  linkNote.textContent = fits ? '' : `Too long for a link: ${length.toLocaleString('en-US')} letters, and ${most.toLocaleString('en-US')} fit. Download it to keep it.`
})

const state = () => ({ format: editor.format, text: editor.text, lead: lead.lead })

function say(text, kind = '') {
  notice.textContent = text
  notice.className = `studio-notice ${kind}`
  notice.hidden = text === ''
}

/** Something has changed: soon the link follows, and the worker is asked. */
function later() {
  clearTimeout(timer)
  timer = setTimeout(() => void run(), 120)
  link.later(state)
}

async function run() {
  const { text, format } = editor
  const asked = sound ? evidence(lead.lead, sound.document).evidence : { facts: [], events: [] }
  status.classList.add('busy')
  let answer
  try {
    answer = await runner.ask({ act: 'run', text, format, last: sound && { text: sound.text, format: sound.format }, evidence: asked, asOf: lead.lead.asOf })
  } catch (error) {
    status.classList.remove('busy')
    status.textContent = error.tooLong ? 'Took too long' : 'Could not be worked out'
    say(error.tooLong ? `This was ${error.message}, and nothing below is up to date. Make the playbook or the lead smaller; it is tried again when you change something.` : error.message, 'bad')
    return
  }
  if (!answer) return
  status.classList.remove('busy')
  if (notice.classList.contains('bad')) say('')
  // Of a text that has changed since, places would be wrong; its own answer comes next.
  if (editor.text !== text || editor.format !== format) return
  problems = answer.problems
  if (answer.document) book = answer.document
  editor.show(problems)
  showProblems()
  if (answer.title) {
    const { document, title, drawing } = answer
    const fresh = sound === null || JSON.stringify(sound.document) !== JSON.stringify(document)
    const vocabulary = { ...words(document), bands: (name) => document.scores?.[name]?.bands ?? {} }
    sound = { text, format, document, title, drawing, vocabulary, decision: sound?.decision }
    status.textContent = `No problems. ${title.name}, version ${title.version}`
    status.title = `Digest ${title.digest}`
    if (fresh) {
      lead.take(document, vocabulary)
      // What the lead may carry depends on the playbook, which is known only now.
      if (JSON.stringify(evidence(lead.lead, document).evidence) !== JSON.stringify(asked)) return run()
    }
  }
  showStale()
  if (!answer.lead) return
  lead.problems(answer.lead.problems)
  if (answer.lead.problems.length) return
  const { vocabulary, drawing } = sound
  sound.decision = answer.lead.decision
  decision.show(sound.decision, vocabulary)
  scores.show(sound.decision, vocabulary)
  stages.show(drawing, sound.decision, vocabulary)
  if (tab === 'tree') void plan()
}

/** What stands there while the playbook has problems is that of the last sound one, and looks so. */
function showStale() {
  const stale = problems.length > 0
  at('studio-results').classList.toggle('stale', stale)
  at('studio-stale').hidden = !stale || sound === null
}

function showProblems() {
  const many = problems.length
  if (many) {
    status.textContent = `${many} problem${many === 1 ? '' : 's'}`
    status.removeAttribute('title')
  }
  status.classList.toggle('bad', many > 0)
  list.hidden = many === 0
  list.replaceChildren(...problems.slice(0, 200).map((problem) => el('li', {},
    el('button', { type: 'button', class: 'problem', onclick: () => editor.goTo(problem) },
      el('span', { class: 'problem-line' }, `Line ${editor.line(problem.from)}`),
      el('span', { class: 'problem-text' }, problem.message, problem.help ? el('span', { class: 'faint' }, ` ${problem.help}`) : null),
      el('code', { class: 'problem-path' }, problem.path || problem.code)))))
}

async function plan() {
  if (!sound?.decision) return
  const { text, format, document, title, vocabulary } = sound
  const known = evidence(lead.lead, document).evidence
  const asOf = lead.lead.asOf
  const key = JSON.stringify([title.digest, known, asOf])
  if (key === treeOf) return
  treeOf = key
  if (!Object.values(document.attributes ?? {}).some(({ ask }) => ask)) {
    return tree.say('The playbook asks nothing: no attribute has `ask`.')
  }
  tree.working()
  try {
    const answer = await planner.ask({ act: 'tree', text, format, evidence: known, asOf })
    if (!answer) return
    if (answer.tree) tree.show(answer.tree, vocabulary)
    else tree.say('The lead has problems.')
  } catch (error) {
    tree.say(error.tooLong ? `The tree was ${error.message}: there are too many questions for a picture. \`leadstage ask --tree\` has no such limit.` : error.message)
  }
}

async function convertTo(format) {
  if (format === editor.format) return
  const { text } = editor
  try {
    const answer = await tools.ask({ act: 'convert', text, format: editor.format, to: format })
    if (!answer || editor.text !== text) return showFormat()
    editor.replace(answer.text, format)
    const comments = /^\s*#|\s#\s/m.test(text)
    say(format === 'json' && comments ? 'JSON has no comments, so those of the YAML are gone. Undo in the editor brings them back.' : '')
  } catch (error) {
    say(`It can’t be converted yet: ${error.message}.`, 'told')
  }
  showFormat()
}

function showFormat() {
  for (const radio of document.querySelectorAll('input[name="format"]')) radio.checked = radio.value === editor.format
}

async function download(kind) {
  const { text, format } = editor
  const name = sound?.title.name ?? book.name ?? 'playbook'
  try {
    await saveAs(kind, text, format, typeof name === 'string' ? name : 'playbook')
  } catch (error) {
    say(`It can’t be downloaded so: ${error.message}.`, 'told')
  }
  shut()
}

/** Closes the menu; who was in it stays at its button. */
function shut() {
  const menu = at('studio-download')
  const inside = menu.contains(document.activeElement)
  menu.open = false
  if (inside) menu.querySelector('summary').focus()
}

async function saveAs(kind, text, format, name) {
  if (kind === format) return save(`${name}.${format}`, text, 'text/plain')
  if (kind === 'compiled') {
    const { bytes } = await tools.ask({ act: 'compile', text, format })
    return save(`${name}.leadstage`, bytes, 'application/octet-stream')
  }
  const converted = await tools.ask({ act: 'convert', text, format, to: kind })
  return save(`${name}.${kind}`, converted.text, 'text/plain')
}

async function copyLink() {
  await link.now()
  if (outdated) return say(linkNote.textContent, 'told')
  try {
    await navigator.clipboard.writeText(location.href)
    say(`The link is copied (${location.href.length.toLocaleString('en-US')} letters). It holds the playbook and the lead, and goes to no server.`)
  } catch {
    say('The browser doesn’t let the page copy. The link is in the address bar.', 'told')
  }
}

async function startFrom(name) {
  const select = at('studio-start')
  try {
    const text = await startText(name)
    lead.put(startLead(name, Date.now()))
    editor.replace(text, 'yaml')
    showFormat()
    say('Undo in the editor brings the text before back.')
  } catch (error) {
    say(`It can’t be loaded: ${error.message}.`, 'told')
  }
  select.value = ''
}

async function begin() {
  let given = null
  try {
    given = await unpack(location.hash.slice(1))
  } catch (error) {
    say(`${error.message}. This is the first ready playbook instead.`, 'told')
  }
  const first = STARTS[0][0]
  const { text, format, lead: tried } = given ?? { text: await startText(first), format: 'yaml', lead: startLead(first, Date.now()) }
  lead.put(tried)
  const known = () => ({ schema, book })
  editor = openEditor(at('studio-editor'), { text, format, known, changed: () => {
    showFormat()
    later()
  } })
  showFormat()
  await run()
  document.documentElement.dataset.studio = 'ready'
}

at('studio-start').append(...STARTS.map(([name, label]) => el('option', { value: name }, label)))
at('studio-start').addEventListener('change', ({ target }) => target.value && void startFrom(target.value))
for (const radio of document.querySelectorAll('input[name="format"]')) radio.addEventListener('change', () => void convertTo(radio.value))
for (const button of document.querySelectorAll('[data-download]')) button.addEventListener('click', () => void download(button.dataset.download))
at('studio-download').addEventListener('keydown', ({ key }) => key === 'Escape' && shut())
document.addEventListener('pointerdown', ({ target }) => {
  const menu = at('studio-download')
  if (!menu.contains(target)) menu.open = false
})
at('studio-copy').addEventListener('click', () => void copyLink())
at('studio-undo').addEventListener('click', () => editor?.undo())
at('studio-redo').addEventListener('click', () => editor?.redo())
startTabs(at('studio-tabs'), (name) => {
  if (name === 'stages') stages.centre()
  tab = name
  if (name === 'tree') void plan()
})
at('studio-expand').addEventListener('click', ({ currentTarget }) => {
  const wide = at('studio-rooms').classList.toggle('expanded')
  currentTarget.setAttribute('aria-pressed', String(wide))
})
addEventListener('hashchange', async () => {
  try {
    const given = await unpack(location.hash.slice(1))
    // Another place on the page, as the skip link's, would take the state out of the address.
    if (!given) return link.later(state)
    lead.put(given.lead)
    editor.replace(given.text, given.format)
    later()
  } catch (error) {
    say(`${error.message}.`, 'told')
  }
})
// What is in no link would be lost.
addEventListener('beforeunload', (event) => outdated && event.preventDefault())
addEventListener('pagehide', () => void link.now())

fetch(place('leadstage/playbook.schema.json')).then(async (response) => {
  schema = new Schema(await response.json())
}).catch(() => say('The JSON Schema could not be loaded, so nothing is completed while you type.', 'told'))
begin().catch((error) => say(error.message, 'bad'))
