// Prints what the tracker costs a page in Chromium: `node measure-tracker.js`, with the variables that the browser tests take.
// Start-up: the main thread's CPU time in a page with 40 stored events (or as many as the first argument says) that loads the playbook, restores them and decides once,
// less that in a page that downloads the same and does nothing with it.
import { files, launchChromium } from './support/browsers.js'

const BUDGET = { startUp: 15, event: 0.1 }
const ROUNDS = 21
const EVENTS = Number(process.argv[2] ?? 40)
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const shown = (milliseconds) => `${milliseconds.toFixed(3)} ms`

const browser = await launchChromium()
const context = await browser.newContext()
/** Polling would be work of its own: the page says when it is done. */
const there = (page) => page.waitForEvent('console', (message) => message.text() === 'there')

const first = await context.newPage()
await first.goto(`${files}/pages/cost.html`)
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
  await Promise.all([there(page), page.goto(`${files}/pages/cost.html${query}`)])
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
  bare.push(await load('?bare'))
}
const difference = (place) => median(tracked.map((figures) => figures[place])) - median(bare.map((figures) => figures[place]))
const startUp = difference(0)
console.log(`start-up, all tasks       ${shown(startUp)}   budget ${shown(BUDGET.startUp)}`)
console.log(`start-up, script alone    ${shown(difference(1))}`)

const page = await context.newPage()
await Promise.all([there(page), page.goto(`${files}/pages/cost.html`)])
const times = await page.evaluate(async () => {
  const middle = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
  const pause = () => new Promise((resolve) => setTimeout(resolve))
  async function cost(act) {
    const batches = []
    for (let batch = 0; batch < 50; batch += 1) {
      const begun = performance.now()
      for (let times = 0; times < 20; times += 1) act(batch * 20 + times)
      batches.push((performance.now() - begun) / 20)
      await pause()
    }
    return { median: middle(batches), worst: Math.max(...batches) }
  }
  const marked = document.querySelector('#marked')
  return {
    track: await cost((times) => tracker.track('page_view', { path: `/pricing/${times}` })),
    click: await cost(() => marked.click()),
    decide: await cost(() => tracker.decide()),
    stored: Object.values(localStorage).join('').length,
  }
})
for (const name of ['track', 'click', 'decide']) {
  const { median: middle, worst } = times[name]
  console.log(`${name.padEnd(24)}  ${shown(middle)}   worst of 50 batches of 20: ${shown(worst)}${name === 'decide' ? '' : `   budget ${shown(BUDGET.event)}`}`)
}
console.log(`characters stored         ${times.stored}`)
await browser.close()
const late = startUp > BUDGET.startUp || times.track.median > BUDGET.event || times.click.median > BUDGET.event
if (late) console.log('OVER BUDGET')
process.exitCode = late ? 1 : 0
