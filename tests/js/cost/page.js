// Prints what the site's pages cost a visitor in Chromium, as Lighthouse would measure it: `node cost/page.js`, with the variables that the browser tests take.
// The site is served as a host would: with Brotli, and to be kept by the browser. A phone has a quarter of the machine's speed and a slow line.
import { createServer } from 'node:http'
import { brotliCompressSync } from 'node:zlib'
import { launchChromium, site } from '../support/browsers.js'

const ROUNDS = Number(process.argv[2] ?? 3)
const PROFILES = {
  'phone, 4 times slower, slow 4G': { viewport: { width: 390, height: 844 }, slower: 4, line: { latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000 } },
  desktop: { viewport: { width: 1440, height: 900 }, slower: 1 },
}
const KINDS = { 'text/html': 'HTML', 'text/css': 'CSS', 'text/javascript': 'JS', 'application/wasm': 'wasm', 'font/woff2': 'fonts', 'image/svg+xml': 'images' }

const kept = new Map()
/** What went over the line: `[kind, bytes]`. */
let sent = []
async function file(path) {
  const response = await fetch(site + path)
  const body = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type')
  // Fonts are compressed already.
  const packed = type === 'font/woff2' ? body : brotliCompressSync(body)
  return { status: response.status, packed, headers: { 'Content-Type': type, 'Content-Security-Policy': response.headers.get('content-security-policy'), 'Cache-Control': 'max-age=3600', ...(packed !== body && { 'Content-Encoding': 'br' }) } }
}
const host = createServer(async (request, response) => {
  const path = request.url
  if (!kept.has(path)) kept.set(path, await file(path))
  const { status, packed, headers } = kept.get(path)
  response.writeHead(status, { ...headers, 'Content-Length': packed.length })
  response.end(packed)
  sent.push([KINDS[headers['Content-Type'].split(';')[0]] ?? 'data', packed.length])
})
await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve))
const home = `http://127.0.0.1:${host.address().port}/index.html`

/** What the page notes of itself. */
function observe() {
  Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
  window.noted = { long: [], paint: {}, largest: 0, shift: 0 }
  const look = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true })
  look('longtask', ({ duration }) => noted.long.push(duration))
  look('paint', ({ name, startTime }) => (noted.paint[name] = startTime))
  look('largest-contentful-paint', ({ startTime }) => (noted.largest = startTime))
  look('layout-shift', ({ value, hadRecentInput }) => (noted.shift += hadRecentInput ? 0 : value))
}

const steps = {
  'home, before consent': (page) => page.goto(home, { waitUntil: 'networkidle' }),
  'after consent': async (page) => {
    await page.getByRole('button', { name: 'Yes, count' }).click()
    await page.waitForFunction(() => /\d/.test(document.querySelector('.panel-line').textContent))
  },
  'demo page, chat opened': async (page) => {
    await page.locator('.top-end a').click()
    await page.getByRole('button', { name: 'Start the chat' }).click()
    await page.locator('leadstage-chat').locator('fieldset').waitFor()
  },
}

const browser = await launchChromium()

async function visit({ viewport, slower, line }) {
  // What a worker fetches for later, it fetches aside.
  const context = await browser.newContext({ viewport, serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.addInitScript(observe)
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await session.send('Network.enable')
  if (line) await session.send('Network.emulateNetworkConditions', { offline: false, ...line })
  const figures = {}
  let before
  for (const [name, act] of Object.entries(steps)) {
    sent = []
    if (before) await page.evaluate(() => (noted.long.length = 0))
    await act(page)
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 300))))
    const { metrics } = await session.send('Performance.getMetrics')
    const spent = Object.fromEntries(metrics.map((metric) => [metric.name, metric.value * 1000]))
    const noted = await page.evaluate(() => window.noted)
    const since = (metric) => spent[metric] - (before?.[metric] ?? 0)
    const bytes = {}
    for (const [kind, size] of sent) bytes[kind] = (bytes[kind] ?? 0) + size
    figures[name] = {
      'main thread ms': since('TaskDuration'), 'script ms': since('ScriptDuration'), 'layout ms': since('LayoutDuration') + since('RecalcStyleDuration'),
      'blocking ms': noted.long.reduce((sum, length) => sum + Math.max(0, length - 50), 0),
      requests: sent.length, KiB: Object.values(bytes).reduce((sum, size) => sum + size, 0) / 1024, bytes,
      paints: noted,
    }
    before = spent
  }
  await context.close()
  return figures
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const cell = (text, width) => String(text).padStart(width)
let kinds
for (const [profile, settings] of Object.entries(PROFILES)) {
  const visits = []
  for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(settings))
  const [first] = Object.keys(steps)
  const paint = (pick) => median(visits.map((figures) => pick(figures[first].paints)))
  console.log(`\n${profile}: first paint ${paint(({ paint: { 'first-contentful-paint': at } }) => at).toFixed(0)} ms, largest ${paint(({ largest }) => largest).toFixed(0)} ms, shifted ${Math.max(...visits.map((figures) => figures[Object.keys(steps).at(-1)].paints.shift)).toFixed(3)} (medians of ${ROUNDS})`)
  const columns = ['main thread ms', 'script ms', 'layout ms', 'blocking ms', 'requests', 'KiB']
  console.log(`${''.padEnd(24)}${columns.map((name) => cell(name, 16)).join('')}`)
  for (const name of Object.keys(steps)) {
    console.log(`${name.padEnd(24)}${columns.map((column) => cell(median(visits.map((figures) => figures[name][column])).toFixed(column === 'KiB' ? 1 : 0), 16)).join('')}`)
  }
  kinds = Object.fromEntries(Object.keys(steps).map((name) => [name, visits[0][name].bytes]))
}
console.log('\nbytes over the line, by kind')
for (const [name, bytes] of Object.entries(kinds)) console.log(`${name.padEnd(24)}${Object.entries(bytes).map(([kind, size]) => ` ${kind} ${size.toLocaleString('en-US')}`).join(',')}`)
await browser.close()
host.closeAllConnections()
host.close()
