// Prints what the tracker costs a page in Chromium: `node cost/measure.js`, with the variables that the browser tests take.
// The page is built as a site would build it, with Vite.
// Start-up: the main thread's CPU time in a page with 40 stored events (or as many as the first argument says) that loads the playbook, restores them and decides once,
// less that in a page that downloads the same and does nothing with it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { files, launchChromium } from '../support/browsers.js'
import { dist } from '../support/dist.js'

const BUDGET = { startUp: 15, event: 0.1 }
const ROUNDS = 21
const EVENTS = Number(process.argv[2] ?? 40)
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const shown = (milliseconds) => `${milliseconds.toFixed(3)} ms`

const outDir = join(dist, 'cost')
await build({
  root: fileURLToPath(new URL('.', import.meta.url)), base: './', logLevel: 'error', configFile: false,
  build: {
    outDir, emptyOutDir: true, target: 'es2022', modulePreload: false,
    // The package's files start with this; a bundler drops it unless told. `LEADSTAGE_LAZY` leaves it out.
    rollupOptions: { output: process.env.LEADSTAGE_LAZY ? {} : { postBanner: '//# allFunctionsCalledOnLoad' } },
  },
})
// The entry itself is loaded by both.
const downloads = readdirSync(join(outDir, 'assets')).filter((name) => !name.startsWith('index-')).map((name) => `assets/${name}`)

const browser = await launchChromium()
const context = await browser.newContext()
/** Polling would be work of its own: the page says when it is done. */
const there = (page) => page.waitForEvent('console', (message) => message.text() === 'there')

const first = await context.newPage()
await first.goto(`${files}/cost/index.html`)
await first.waitForFunction(() => window.tracker)
await first.mouse.move(50, 50)
await first.evaluate(() => tracker.agree())
await first.waitForFunction(() => window.route)
await first.evaluate((events) => {
  for (let times = 1; times < events; times += 1) tracker.track('page_view', { path: `/product/${times}` })
}, EVENTS)
await first.close()

async function load(query) {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await Promise.all([there(page), page.goto(`${files}/cost/index.html${query}`)])
  const { metrics } = await session.send('Performance.getMetrics')
  const value = (name) => metrics.find((metric) => metric.name === name).value * 1000
  const figures = [value('TaskDuration'), value('ScriptDuration')]
  await page.close()
  return figures
}

const tracked = []
const bare = []
for (let round = 0; round < ROUNDS; round += 1) {
  tracked.push(await load(''))
  bare.push(await load(`?bare=${downloads}`))
}
// Other work on the machine only adds: the least of the rounds is nearest to what it costs.
const least = (numbers) => Math.min(...numbers)
const difference = (pick, place) => pick(tracked.map((figures) => figures[place])) - pick(bare.map((figures) => figures[place]))
const startUp = difference(median, 0)
console.log(`start-up, all tasks           ${shown(difference(least, 0))}   median ${shown(startUp)}   budget ${shown(BUDGET.startUp)}`)
console.log(`start-up, script alone        ${shown(difference(least, 1))}   median ${shown(difference(median, 1))}`)

const page = await context.newPage()
const session = await context.newCDPSession(page)
await session.send('Performance.enable', { timeDomain: 'threadTicks' })
await Promise.all([there(page), page.goto(`${files}/cost/index.html`)])

/** The main thread's CPU time for an act: the least and the median of rounds of so many, ten at a time. */
async function cost(act, times = 100) {
  const spent = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000
  const rounds = []
  for (let round = 0; round < 7; round += 1) {
    const before = await spent()
    await page.evaluate(`(async () => {
      for (let time = 0; time < ${times}; time += 1) {
        ${act}
        if (time % 10 === 9) await new Promise((resolve) => setTimeout(resolve))
      }
    })()`)
    rounds.push(((await spent()) - before) / times)
  }
  return [least(rounds), median(rounds)]
}
const acts = { track: "tracker.track('page_view', { path: '/pricing/' + time })", click: "document.querySelector('#marked').click()" }
const events = {}
for (const when of ['', ', storage at its limit']) {
  for (const name of ['track', 'click']) events[name + when] = await cost(acts[name])
}
const stored = await page.evaluate(() => Object.values(localStorage).join('').length)
const decide = await cost('tracker.decide()')
await page.evaluate(() => tracker.stop())
const none = await cost('')
// A click costs something in a page without a tracker, too.
const bareClick = await cost(acts.click)
const without = (figures, bare) => figures.map((figure, place) => figure - bare[place])
const line = (name, [low, middle], budget) => console.log(`${name.padEnd(28)}  ${shown(low)}   median ${shown(middle)}${budget ? `   budget ${shown(budget)}` : ''}`)
for (const name in events) {
  events[name] = without(events[name], name.startsWith('click') ? bareClick : none)
  line(name, events[name], BUDGET.event)
}
line('decide', without(decide, none))
line('a click without the tracker', without(bareClick, none))
console.log(`characters stored             ${stored}`)
await browser.close()
const late = startUp > BUDGET.startUp || Math.max(...Object.values(events).map(([low]) => low)) > BUDGET.event
if (late) console.log('OVER BUDGET')
process.exitCode = late ? 1 : 0
