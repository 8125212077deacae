// What the tests look at on every page: its errors, and what a chat shows.
window.errors = []
addEventListener('error', ({ message }) => errors.push(message))
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)))
addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => errors.push(`${violatedDirective} ${blockedURI}`))

window.shown = () => {
  const root = document.querySelector('leadstage-chat').shadowRoot
  const seen = (node) => node?.textContent.trim()
  return {
    question: seen(root.querySelector('legend')),
    past: [...root.querySelectorAll('li p')].map(seen),
    wrong: seen(root.querySelector('[role=alert]')),
    focus: root.activeElement && (root.activeElement.getAttribute('part') ?? root.activeElement.localName),
    end: root.querySelector('.end')?.dataset.route,
  }
}
