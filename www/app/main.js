// Puts the parts together: the visitor's store, the engine, the panel, the forms, the way between pages.

import { Visitor } from './visitor.js'
import { openEngine } from './engine.js'
import { startConsent } from './consent.js'
import { startForms } from './forms.js'
import { startNavigation } from './navigate.js'
import { startPanel } from './panel.js'
import { startTheme } from './theme.js'
import { words } from './words.js'

const visitor = new Visitor()
let engine = null
let failure = null
let vocabulary = null
let decision = null
let restored = null

const actions = {
  definition: () => engine?.definition,
  route: () => (visitor.consent === 'yes' ? decision?.route?.then : undefined),
  refresh,
  track(signal, properties) {
    offer('track', visitor.event(signal, properties), 'events')
  },
  learn(attribute, known) {
    return offer('learn', visitor.fact(attribute, known), 'facts')
  },
}

// Gives one entry to the engine and, once taken, to the store. Answers with what is wrong, if anything.
function offer(method, entry, kind) {
  if (visitor.consent !== 'yes' || !engine) return null
  try {
    engine[method](entry)
  } catch (error) {
    return error.problems?.[0]?.message ?? error.message
  }
  restored = [...restored, entry]
  visitor.add({ [kind]: [entry] })
  return null
}

const showTheme = startTheme(visitor)
const showConsent = startConsent(visitor)
const prepareForms = startForms({ actions })
const panel = startPanel({ visitor, actions })

function refresh() {
  if (visitor.consent !== 'yes') return panel.idle(visitor.consent === null && !navigator.globalPrivacyControl ? 'asking' : 'refused')
  if (failure) return panel.idle('failed', failure)
  if (!engine) return panel.idle('loading')
  const now = Date.now() + panel.ahead
  decision = engine.decide(now)
  panel.show(decision, vocabulary, now)
}

// The session is what the visitor has; after a withdrawal, a restart or a change in another tab it is made anew.
function synchronize() {
  if (engine) {
    const held = [...visitor.facts, ...visitor.events]
    const taken = new Set(restored)
    if (restored === null || held.length < restored.length || held.some((entry) => !taken.has(entry))) {
      const refused = engine.restore(visitor)
      if (refused.size > 0) visitor.drop(refused)
      restored = [...visitor.facts, ...visitor.events]
    }
  }
  refresh()
}

let counted = null
function countPage() {
  const page = document.querySelector('.page')
  if (visitor.consent !== 'yes' || !engine || counted === page) return
  counted = page
  actions.track('page_view', { path: page.dataset.path })
}

visitor.addEventListener('change', () => {
  if (visitor.consent !== 'yes') counted = null
  synchronize()
  countPage()
})

function arrived() {
  showTheme()
  showConsent()
  prepareForms({ complete: engine !== null || failure !== null })
  countPage()
}

startNavigation(arrived)
arrived()
refresh()
setInterval(() => document.hidden || refresh(), 60_000)

try {
  engine = await openEngine()
  vocabulary = words(engine.definition)
} catch (error) {
  failure = error instanceof WebAssembly.CompileError
    ? `WebAssembly is not allowed here (${error.message}). A content security policy needs 'wasm-unsafe-eval'.`
    : error.message
}
synchronize()
prepareForms({ complete: true })
countPage()
