// Lets the site be read without a network: the service worker beside the pages keeps its files, by their contents.

import { place } from './places.js'

export function startOffline() {
  if (!('serviceWorker' in navigator) || !isSecureContext) return
  // Where it is forbidden (private windows, settings) the site works all the same, online.
  navigator.serviceWorker.register(place('offline-worker.js')).catch(() => {})
}
