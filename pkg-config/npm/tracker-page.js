//# allFunctionsCalledOnLoad
// What happens on a page: views, marked clicks, downloads, declared forms, scrolling, staying.

const FILES = /\.(pdf|zip|docx?|xlsx?|pptx?|csv|od[tsp]|epub|dmg|exe|msi|t?gz|7z|mp[34])$/i
const PROPERTY = 'data-lead-property-'

/**
 * Tells `count(signal, properties, element, trusted)`, which answers null without consent, `learn(attribute, known, untouched)` and `met()`, which says that a
 * person is here. Everything runs through `guard`, so that nothing of it breaks the page.
 */
export function observe({ pages = true, clicks = true, downloads = true, forms = true, scroll, dwell }, { count, learn, met, guard }, signal) {
  const listen = (types, act, target = window) => {
    for (const type of types.split(' ')) target.addEventListener(type, guard(act), { signal, capture: true, passive: true })
  }
  const stopped = (act) => signal.addEventListener('abort', act)
  const touched = new WeakSet()
  let shown = null
  let reached = new Set()
  let seconds = 0
  let waiting = null

  const place = () => location.pathname + (pages.search ? location.search : '') + (pages.hash ? location.hash : '')

  /** Counts the page that is shown, once, and only when someone can see it. */
  const view = guard(() => {
    if (!pages || document.hidden || place() === shown) return
    if (count('page_view', { path: place() }) === null) return
    shown = place()
    reached = new Set()
    seconds = 0
  })
  // The page's own scripts come first: title and content are those of the new address then.
  const moved = () => {
    waiting ??= setTimeout(() => {
      waiting = null
      view()
    })
  }

  function reach(signal, property, steps, value) {
    for (const step of steps) {
      const key = `${signal} ${step}`
      if (value >= step && !reached.has(key) && count(signal, { [property]: step }) !== null) reached.add(key)
    }
  }

  const properties = (element) => {
    const found = {}
    for (const { name, value } of element.attributes) if (name.startsWith(PROPERTY)) found[name.slice(PROPERTY.length)] = value
    return found
  }

  /** The nearest such element around what an event is about, through the walls of shadow trees. */
  const near = (event, selector) => {
    let found
    for (let [node] = event.composedPath(); node && !found; node = node.getRootNode().host) found = node.closest?.(selector)
    return found
  }
  function clicked(event) {
    if (event.type === 'auxclick' && event.button !== 1) return
    const link = downloads && near(event, 'a[href]')
    const file = link && (link.hasAttribute('download') || FILES.test(link.pathname)) && link
    const element = (clicks && near(event, '[data-lead-signal]:not(form)')) || file
    if (element) count(element.dataset.leadSignal ?? 'download', properties(element), element, event.isTrusted)
  }

  function submit(form, trusted) {
    const groups = {}
    for (const field of form.elements) {
      const attribute = field.dataset?.leadAttribute
      if (attribute && !field.disabled) (groups[attribute] ??= []).push(field)
    }
    for (const attribute in groups) tell(attribute, groups[attribute])
    const { leadSignal } = form.dataset
    if (leadSignal) count(leadSignal, properties(form), form, trusted)
  }

  const tell = guard((attribute, fields) => {
    const untouched = !fields.some((field) => touched.has(field))
    const known = answer(fields, untouched)
    if (known) learn(attribute, known, untouched)
  })

  function changed(event) {
    const field = event.composedPath()[0]
    // Choosing what was chosen already changes nothing, but is a choice.
    if (!event.isTrusted || (event.type === 'click' && !/^(radio|checkbox)$/.test(field.type))) return
    touched.add(field)
    const attribute = field.dataset?.leadAttribute
    if (event.type !== 'change' || field.form || !attribute) return
    const alike = [...field.getRootNode().querySelectorAll('[data-lead-attribute]')]
    tell(attribute, alike.filter((other) => other.dataset.leadAttribute === attribute && !other.form))
  }

  if (pages) {
    for (const name of ['pushState', 'replaceState']) {
      const own = history[name]
      const wrapped = function (...given) {
        const result = own.apply(this, given)
        moved()
        return result
      }
      history[name] = wrapped
      stopped(() => history[name] === wrapped && (history[name] = own))
    }
    listen('popstate', moved)
    listen('visibilitychange', view, document)
    listen('pageshow', ({ persisted }) => {
      if (!persisted) return
      shown = null
      view()
    })
  }
  if (clicks || downloads) listen('click auxclick', clicked)
  if (forms) {
    listen('input change click', changed)
    listen('submit', (event) => {
      const [form] = event.composedPath()
      if (form.dataset.leadManual === undefined && !form.matches(':invalid')) submit(form, event.isTrusted)
    })
  }
  if (scroll) {
    let timer = null
    const look = guard(() => {
      timer = null
      reach('scroll', 'percent', scroll, Math.ceil((100 * (scrollY + innerHeight)) / document.scrollingElement.scrollHeight))
    })
    listen('scroll', () => (timer ??= setTimeout(look, 200)))
  }
  if (dwell) {
    const timer = setInterval(guard(() => {
      if (!document.hidden && document.hasFocus()) reach('dwell', 'seconds', dwell, (seconds += 1))
    }), 1000)
    stopped(() => clearInterval(timer))
  }
  let person = false
  listen('pointerdown pointermove click keydown wheel', ({ isTrusted }) => {
    if (!person && isTrusted) met((person = true))
  })

  return {
    view,
    submit: guard((form) => submit(form, true)),
    /** After a withdrawal the page counts as not seen. */
    reset() {
      shown = null
    },
  }
}

/** What the fields of one attribute say; nothing where they are empty. */
function answer(fields, untouched) {
  const [first] = fields
  const boxes = first.type === 'checkbox'
  if (boxes && fields.length === 1 && !first.hasAttribute('value')) return { value: first.checked }
  if (boxes || first.type === 'select-multiple') {
    const chosen = boxes ? fields.filter(({ checked }) => checked) : [...first.selectedOptions]
    return (chosen[0] || !untouched) && { value: chosen.map(({ value }) => value) }
  }
  const field = first.type === 'radio' ? fields.find(({ checked }) => checked) : first
  if (!field) return null
  const { leadKnown } = (field.selectedOptions?.[0] ?? field).dataset
  if (leadKnown) {
    const known = JSON.parse(leadKnown)
    return typeof known === 'object' && !Array.isArray(known) ? known : { value: known }
  }
  const value = field.value.trim()
  return value && { value }
}
