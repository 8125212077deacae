// Asks once per visit, before anything is counted or kept. A no is held in memory only.

import { el } from './dom.js'
import { service } from './server.js'

export function startConsent(visitor) {
  const title = el('h2', { id: 'consent-title' }, 'May we count what you do here?')
  const banner = el('section', { class: 'consent', 'aria-labelledby': 'consent-title', hidden: true },
    el('div', {},
      title,
      el('p', {}, 'We would note the pages you open and the answers you give, in this browser only, and show you what a sales team would make of them. ',
        service ? 'Nothing is sent unless you press the button that says so.' : 'Nothing is sent anywhere.', ' Withdraw at any time: that deletes it all.')),
    el('div', { class: 'actions' },
      el('button', { class: 'button', type: 'button', onclick: () => decide('agree') }, 'Yes, count'),
      el('button', { class: 'button', type: 'button', onclick: () => decide('withdraw') }, 'No, thanks')))
  document.querySelector('.skip-link').after(banner)

  function decide(choice) {
    const inside = banner.contains(document.activeElement)
    visitor[choice]()
    if (inside) document.querySelector('.panel-toggle')?.focus({ preventScroll: true })
  }

  function show() {
    banner.hidden = visitor.consent !== null
    for (const button of document.querySelectorAll('[data-consent-open]')) {
      button.hidden = false
      button.textContent = visitor.consent === 'yes' ? 'Withdraw, and delete what was counted' : 'Let this visit be counted'
    }
  }

  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-consent-open]')) return
    if (visitor.consent === 'yes') visitor.withdraw()
    else visitor.agree()
  })
  visitor.addEventListener('change', show)
  return show
}
