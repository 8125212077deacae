// Puts the parts together: the visitor, the playbook, the panel, the forms, the way between pages.

import { Visitor } from './visitor.js'
import { openDefinition, openPlaybook } from './engine.js'
import { startChat } from './chat.js'
import { startConsent } from './consent.js'
import { startForms } from './forms.js'
import { startNavigation } from './navigate.js'
import { endOffline, startOffline } from './offline.js'
import { startPanel } from './panel.js'
import { startTheme } from './theme.js'
import { words } from './words.js'

let failure = null
let definition = null
let vocabulary = null

const visitor = new Visitor(async () => {
  try {
    return await openPlaybook()
  } catch (error) {
    fail(error)
    throw error
  }
})

const actions = {
  definition: () => definition,
  route: () => visitor.session?.decide(Date.now()).route?.then,
  refresh,
  learn: (attribute, known) => visitor.learn(attribute, known),
  submit: (form) => visitor.submit(form),
}

const showTheme = startTheme(visitor)
const showConsent = startConsent(visitor)
const prepareForms = startForms({ actions })
const panel = startPanel({ visitor, actions })
startChat({ visitor, actions })

function refresh() {
  if (visitor.consent !== 'yes') return panel.idle(visitor.consent === null ? 'asking' : 'refused')
  if (failure) return panel.idle('failed', failure)
  const { session } = visitor
  if (!session || !definition) return panel.idle('loading')
  const now = Date.now() + panel.ahead
  panel.show(session.explain(now), vocabulary, now)
}

function fail(error) {
  failure = error instanceof WebAssembly.CompileError
    ? `WebAssembly is not allowed here (${error.message}). A content security policy needs 'wasm-unsafe-eval'.`
    : error.message
  refresh()
}

function arrived() {
  showTheme()
  showConsent()
  prepareForms({ complete: definition !== null || failure !== null })
}

visitor.addEventListener('change', refresh)
let kept = null
visitor.addEventListener('change', () => {
  if (visitor.consent === kept) return
  // Files are kept for who said yes, and for who opens the studio.
  if (visitor.consent === 'yes') startOffline()
  else if (kept === 'yes') endOffline().catch(() => {})
  kept = visitor.consent
})
startNavigation(arrived)
arrived()
refresh()
setInterval(() => document.hidden || refresh(), 60_000)

try {
  definition = await openDefinition()
  vocabulary = words(definition)
} catch (error) {
  fail(error)
}
refresh()
prepareForms({ complete: true })
