// Tabs as the ARIA practices describe them: arrows move, the chosen one alone is in the order of Tab.

export function startTabs(list, chosen) {
  const tabs = [...list.querySelectorAll('[role="tab"]')]
  const panel = (tab) => document.getElementById(tab.getAttribute('aria-controls'))
  function choose(tab, moves) {
    for (const other of tabs) {
      other.setAttribute('aria-selected', String(other === tab))
      other.tabIndex = other === tab ? 0 : -1
      panel(other).hidden = other !== tab
    }
    if (moves) tab.focus()
    chosen(tab.dataset.tab)
  }
  list.addEventListener('click', ({ target }) => {
    const tab = target.closest('[role="tab"]')
    if (tab) choose(tab, false)
  })
  list.addEventListener('keydown', (event) => {
    const place = tabs.indexOf(event.target)
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (place < 0 || to === undefined) return
    event.preventDefault()
    choose(tabs.at(to % tabs.length), true)
  })
  choose(tabs[0], false)
}
