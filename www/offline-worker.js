// Keeps the site's files for when there is no network. `offline-files.js` is made with the site: every file with the hash
// of its contents. A file that has not changed is not fetched again; a new version takes over when no page is open any more.

/* global importScripts */
importScripts('./offline-files.js')

const { files } = self.SITE
const scope = new URL('./', self.location)
const name = `site ${scope.pathname}`
const key = (path) => `${new URL(path, scope)}?${files[path]}`

async function fill() {
  const cache = await caches.open(name)
  const missing = []
  for (const path of Object.keys(files)) if (!(await cache.match(key(path)))) missing.push(path)
  // A few at a time, and all or nothing: an install that fails is tried again.
  const next = async () => {
    for (let path = missing.pop(); path !== undefined; path = missing.pop()) {
      const response = await fetch(new URL(path, scope), { cache: 'no-cache' })
      if (!response.ok) throw new Error(`${path} answered ${response.status}`)
      await cache.put(key(path), response)
    }
  }
  await Promise.all(Array.from({ length: 6 }, next))
}

async function tidy() {
  const cache = await caches.open(name)
  const wanted = new Set(Object.keys(files).map(key))
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request)
}

self.addEventListener('install', (event) => event.waitUntil(fill()))
self.addEventListener('activate', (event) => event.waitUntil(tidy()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  const rest = decodeURIComponent(url.pathname.slice(scope.pathname.length))
  const path = rest === '' || rest.endsWith('/') ? `${rest}index.html` : rest
  if (!Object.hasOwn(files, path)) return
  event.respondWith(caches.open(name).then((cache) => cache.match(key(path))).then((kept) => kept ?? fetch(request)))
})
