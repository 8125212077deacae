// Files to take along, and the link to the page as it stands.

import { LONGEST, pack } from './fragment.js'

export function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Keeps the address in step with a state; `told` hears whether it fits. */
export function keepLink(told) {
  let timer = 0
  let newest = 0
  let waiting = null
  let writing = null

  async function write(state) {
    const mine = (newest += 1)
    waiting = null
    const fragment = await pack(state)
    if (mine !== newest) return
    const fits = fragment.length <= LONGEST
    // A link that would be cut, or that holds something older, is worse than none.
    const url = fits ? `#${fragment}` : location.pathname + location.search
    if (location.hash !== (fits ? url : '')) history.replaceState(history.state, '', url)
    told({ fits, length: fragment.length, most: LONGEST })
  }

  return {
    later(state) {
      waiting = state
      clearTimeout(timer)
      timer = setTimeout(() => { writing = write(state()) }, 400)
    },
    /** At once: for who copies the link or leaves. */
    async now() {
      clearTimeout(timer)
      if (waiting) writing = write(waiting())
      await writing
    },
  }
}
