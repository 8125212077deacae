// Lets the site be read without a network: the service worker beside the pages keeps its files, by their contents.

import { place } from './places.js'

const can = 'serviceWorker' in navigator && isSecureContext
let wanted = false

/** A new version takes over when no page of the one before stays: its worker asks each. */
function answerWorker() {
  let leaving = false
  addEventListener('beforeunload', () => {
    leaving = true
    // Who stays after all has not left.
    setTimeout(() => { leaving = false }, 5_000)
  })
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => data === 'leaving?' && ports[0].postMessage(leaving))
}
if (can) navigator.serviceWorker.ready.then(answerWorker)

/** When the page has nothing else to do. Where it is forbidden (private windows, settings) the site works all the same, online. */
export function startOffline() {
  if (!can || wanted) return
  wanted = true
  const register = () => wanted && navigator.serviceWorker.register(place('offline-worker.js'), { updateViaCache: 'none' }).catch(() => {})
  const idle = globalThis.requestIdleCallback ?? setTimeout
  if (document.readyState === 'complete') idle(register)
  else addEventListener('load', () => idle(register), { once: true })
}

/** Gives back what was kept. */
export async function endOffline() {
  wanted = false
  if (!can) return
  const kept = await navigator.serviceWorker.getRegistration(place(''))
  await kept?.unregister()
  await caches.delete(`site ${place('').pathname}`)
}
