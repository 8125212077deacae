// Keeps the site's files for when there is no network. The build puts `self.SITE` before this: every file with the hash of
// its contents. A file that has not changed is not fetched again. A version is taken or left as a whole: a new one takes
// over before a page is opened, once no page of the old one stays open.

const { files } = self.SITE
const scope = new URL('./', self.location)
const name = `site ${scope.pathname}`
const key = (path) => `${new URL(path, scope)}?${files[path]}`

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A browser that kept the answer as well would mix it with those of the next version. */
function kept(headers) {
  const own = new Headers(headers)
  own.set('Cache-Control', 'no-cache')
  for (const coded of ['Content-Encoding', 'Content-Length']) own.delete(coded)
  return own
}

async function fill() {
  const cache = await caches.open(name)
  const missing = []
  for (const path of Object.keys(files)) if (!(await cache.match(key(path)))) missing.push(path)
  // A few at a time, and all or nothing: an install that fails is tried again.
  const next = async () => {
    for (let path = missing.pop(); path !== undefined; path = missing.pop()) {
      const response = await fetch(new URL(path, scope), { cache: 'no-cache' })
      if (!response.ok) throw new Error(`${path} answered ${response.status}`)
      const content = await response.arrayBuffer()
      const hash = hex(await crypto.subtle.digest('SHA-256', content))
      // The site may be in the middle of being replaced.
      if (!hash.startsWith(files[path])) throw new Error(`${path} is of another version`)
      await cache.put(key(path), new Response(content, { headers: kept(response.headers) }))
    }
  }
  await Promise.all(Array.from({ length: 6 }, next))
}

async function tidy() {
  const cache = await caches.open(name)
  const wanted = new Set(Object.keys(files).map(key))
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request)
}

/** Whether a page is being left; one that doesn't answer stays. */
function leaves(page) {
  const { port1, port2 } = new MessageChannel()
  page.postMessage('leaving?', [port2])
  return new Promise((tell) => {
    port1.onmessage = ({ data }) => tell(data)
    setTimeout(() => tell(false), 1_000)
  })
}

/** Lets a waiting version take over, if no page stays that was made of this one; then the page is asked for again. */
async function giveWay() {
  const { waiting } = self.registration
  if (!waiting) return null
  const pages = await self.clients.matchAll()
  if (!(await Promise.all(pages.map(leaves))).every(Boolean)) return null
  waiting.postMessage('take over')
  // By a script, since `Refresh` does nothing where the address has a fragment.
  return new Response('<!doctype html><meta name="color-scheme" content="light dark"><script>location.reload()</script>', { headers: { 'Content-Type': 'text/html' } })
}

async function answer(request, path) {
  const given = request.mode === 'navigate' && (await giveWay())
  return given || (await (await caches.open(name)).match(key(path))) || fetch(request)
}

self.addEventListener('install', (event) => event.waitUntil(fill()))
self.addEventListener('activate', (event) => event.waitUntil(tidy()))
self.addEventListener('message', ({ data }) => data === 'take over' && self.skipWaiting())
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  const rest = decodeURIComponent(url.pathname.slice(scope.pathname.length))
  const path = rest === '' || rest.endsWith('/') ? `${rest}index.html` : rest
  if (Object.hasOwn(files, path)) event.respondWith(answer(request, path))
})
