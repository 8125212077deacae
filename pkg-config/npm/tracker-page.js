// What happens on a page: views, marked clicks, downloads, declared forms, scrolling, staying.

const FILES = /\.(pdf|zip|docx?|xlsx?|pptx?|csv|odt|ods|odp|epub|dmg|exe|msi|pkg|deb|rpm|gz|tgz|7z|mp3|mp4)$/i
const PROPERTY = 'data-lead-property-'
const PERSON = ['pointerdown', 'pointermove', 'click', 'keydown', 'wheel', 'touchstart']

/**
 * Tells `count(signal, properties, element, trusted)`, which answers null without consent, `learn(attribute, known, untouched)` and `met()`, which says that a
 * person is here. Everything runs through `guard`, so that nothing of it breaks the page.
 */
export function observe({ pages = true, clicks = true, downloads = true, forms = true, scroll, dwell }, { count, learn, met, guard }) {
  const stops = []
  const listen = (target, type, act, options) => {
    const guarded = guard(act)
    target.addEventListener(type, guarded, options)
    stops.push(() => target.removeEventListener(type, guarded, options))
  }
  const touched = new WeakSet()
  let shown = null
  let reached = new Set()
  let seconds = 0
  let waiting = false

  const place = () => location.pathname + (pages.search ? location.search : '') + (pages.hash ? location.hash : '')

  /** Counts the page that is shown, once, and only when someone can see it. */
  const view = guard(() => {
    if (!pages || document.visibilityState === 'hidden' || place() === shown) return
    if (count('page_view', { path: place() }, document.documentElement, true) === null) return
    shown = place()
    reached = new Set()
    seconds = 0
  })
  // The page's own scripts come first: title and content are those of the new address then.
  const moved = () => {
    if (waiting) return
    waiting = true
    setTimeout(() => {
      waiting = false
      view()
    })
  }

  function reach(signal, property, steps, value) {
    for (const step of steps) {
      const key = `${signal} ${step}`
      if (value >= step && !reached.has(key) && count(signal, { [property]: step }, document.documentElement, true) !== null) reached.add(key)
    }
  }

  const properties = (element) => {
    const found = {}
    for (const { name, value } of element.attributes) if (name.startsWith(PROPERTY)) found[name.slice(PROPERTY.length)] = value
    return found
  }

  const isDownload = (node) => node.matches?.('a[href]') && (node.hasAttribute('download') || (downloads.test ? downloads : FILES).test(node.pathname))
  function clicked(event) {
    if (event.type === 'auxclick' && event.button !== 1) return
    const path = event.composedPath()
    const marked = clicks && path.find((node) => node.matches?.('[data-lead-signal]:not(form)'))
    const element = marked || (downloads && path.find(isDownload))
    if (element) count(marked ? element.dataset.leadSignal : 'download', properties(element), element, event.isTrusted)
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
      stops.push(() => history[name] === wrapped && (history[name] = own))
    }
    listen(window, 'popstate', moved)
    listen(window, 'hashchange', moved)
    listen(document, 'visibilitychange', view)
    listen(window, 'pageshow', ({ persisted }) => {
      if (!persisted) return
      shown = null
      view()
    })
  }
  if (clicks || downloads) {
    listen(window, 'click', clicked, true)
    listen(window, 'auxclick', clicked, true)
  }
  if (forms) {
    for (const type of ['input', 'change', 'click']) listen(window, type, changed, true)
    listen(window, 'submit', (event) => {
      const [form] = event.composedPath()
      if (form.dataset.leadManual === undefined && !form.matches(':invalid')) submit(form, event.isTrusted)
    }, true)
  }
  if (scroll) {
    let timer = null
    const look = guard(() => {
      timer = null
      const { scrollHeight } = document.scrollingElement
      reach('scroll', 'percent', scroll, Math.ceil((100 * (scrollY + innerHeight)) / scrollHeight))
    })
    listen(window, 'scroll', () => (timer ??= setTimeout(look, 200)), { passive: true })
  }
  if (dwell) {
    const tick = guard(() => {
      if (document.visibilityState === 'hidden' || !document.hasFocus()) return
      reach('dwell', 'seconds', dwell, (seconds += 1))
    })
    const timer = setInterval(tick, 1000)
    stops.push(() => clearInterval(timer))
  }
  let people = false
  for (const type of PERSON) {
    listen(window, type, ({ isTrusted }) => {
      if (!people && isTrusted) met((people = true))
    }, { capture: true, passive: true })
  }

  return {
    view,
    submit: guard((form) => submit(form, true)),
    /** After a withdrawal the page counts as not seen. */
    reset() {
      shown = null
    },
    stop: () => stops.forEach((stop) => stop()),
  }
}

/** What the fields of one attribute say; nothing where they are empty. */
function answer(fields, untouched) {
  const [first] = fields
  const boxes = first.type === 'checkbox'
  if (boxes && fields.length === 1 && !first.hasAttribute('value')) return { value: first.checked }
  if (boxes || first.type === 'select-multiple') {
    const chosen = boxes ? fields.filter(({ checked }) => checked) : [...first.selectedOptions]
    return chosen.length || !untouched ? { value: chosen.map(({ value }) => value) } : null
  }
  const field = first.type === 'radio' ? fields.find(({ checked }) => checked) : first
  if (!field || /^(password|file)$/.test(field.type)) return null
  const { leadKnown } = (field.selectedOptions?.[0] ?? field).dataset
  if (leadKnown) {
    const known = JSON.parse(leadKnown)
    return typeof known === 'object' && !Array.isArray(known) ? known : { value: known }
  }
  const value = field.value.trim()
  return value === '' ? null : { value }
}
