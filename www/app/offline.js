// Lets the site be read without a network: the service worker beside the pages keeps its files, by their contents.

import { place } from './places.js'

const can = 'serviceWorker' in navigator && isSecureContext

export function startOffline() {
  if (!can) return
  // Where it is forbidden (private windows, settings) the site works all the same, online.
  navigator.serviceWorker.register(place('offline-worker.js')).catch(() => {})
}

/** Gives back what was kept. */
export async function endOffline() {
  if (!can) return
  const kept = await navigator.serviceWorker.getRegistration(place(''))
  await kept?.unregister()
  await caches.delete(`site ${place('').pathname}`)
}
