// Goes from page to page without reloading, so that the panel stays where it is and, where storage is
// forbidden or nobody said yes, what is held in memory lasts as long as the visit. Anything unusual is left to the browser.

const samePage = (a, b) => a.pathname === b.pathname && a.search === b.search

export function startNavigation(arrived) {
  let shown = new URL(location.href)
  history.scrollRestoration = 'manual'

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]')
    if (!link || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.hasAttribute('download')) return
    const url = new URL(link.href)
    if (url.origin !== location.origin || !url.pathname.endsWith('.html')) return
    if (samePage(url, location) && url.hash) return
    event.preventDefault()
    void go(url, true)
  })

  addEventListener('popstate', () => {
    const url = new URL(location.href)
    if (samePage(url, shown)) {
      shown = url
      return
    }
    void go(url, false)
  })

  async function go(url, forward) {
    let page
    try {
      const response = await fetch(url)
      if (!response.ok) throw new Error(String(response.status))
      page = new DOMParser().parseFromString(await response.text(), 'text/html')
      if (!page.querySelector('.page')) throw new Error('another kind of page')
    } catch {
      location.assign(url)
      return
    }
    if (forward) {
      history.replaceState({ top: scrollY }, '')
      history.pushState({ top: 0 }, '', url)
    }
    shown = url
    document.title = page.title
    document.querySelector('.page').replaceWith(document.adoptNode(page.querySelector('.page')))
    arrived()
    const place = url.hash ? document.getElementById(url.hash.slice(1)) : null
    if (place) place.scrollIntoView()
    else scrollTo({ top: forward ? 0 : (history.state?.top ?? 0), behavior: 'instant' })
    document.getElementById('main')?.focus({ preventScroll: true })
  }
}
