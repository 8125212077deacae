//# allFunctionsCalledOnLoad
// Where a visitor comes from: campaign parameters, click ids, the page that led here.

const CLICK_IDS = /^((g|d|fb|tt|tw|y)clid|[gw]braid|msclkid|li_fat_id|rdt_cid|epik)$/

/** What the address and the referrer say; `null` where nobody sent the visitor. */
export function landing(hosts = []) {
  const touch = {}
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (/^utm_[a-z_]+$/.test(key)) touch[key] = value.slice(0, 200)
    else if (CLICK_IDS.test(key)) touch[(touch.click = key)] = value.slice(0, 200)
  }
  // The host alone: an address may hold what is nobody's business. Nothing is thrown where there is none: that would cost a page more than all of this.
  const { hostname } = new URL(document.referrer || location)
  if (![location.hostname, ...hosts].some((host) => `.${hostname}`.endsWith(`.${host}`))) touch.referrer = hostname
  const sent = Object.keys(touch).length > 0
  touch.landing = location.pathname
  return { touch, sent }
}

/** Without the click id's value, which tells one person from another. */
export const unnamed = ({ click, [click]: _, ...touch }) => (click ? { click, ...touch } : touch)

/** Whether the page was opened anew: not by reloading, not by going back. */
export const opened = () => performance.getEntriesByType('navigation')[0]?.type === 'navigate'
