// A page in any of the three engines, driven by what a person's hands would do: real clicks, keys and wheels.
import { setTimeout as wait } from 'node:timers/promises'

/** Opens a tab of an engine that `browsers.js` has opened. */
export async function openPage(engine) {
  const page = engine.ask ? await throughWebDriver(engine.ask) : await throughBrowser(engine.browser)
  return {
    ...page,
    /** Waits until a function of the page answers with something; gives it back. */
    async until(look, ...given) {
      const end = Date.now() + 30_000
      let error
      while (Date.now() < end) {
        try {
          const found = await page.run(look, ...given)
          if (found) return found
        } catch (problem) {
          error = problem
        }
        await wait(50)
      }
      throw new Error(`never came true: ${look}`, { cause: error })
    },
  }
}

/** Playwright's pages and puppeteer's are near enough. */
async function throughBrowser(browser) {
  const page = browser.contexts ? await (browser.contexts()[0] ?? (await browser.newContext())).newPage() : await browser.newPage()
  return {
    goto: async (url) => void (await page.goto(url)),
    async run(act, ...given) {
      const text = await page.evaluate(`(async () => JSON.stringify(await (${act})(...${JSON.stringify(given)})))()`)
      return text === undefined ? undefined : JSON.parse(text)
    },
    inject: (script) => page.evaluate(script),
    click: (selector) => page.click(selector),
    async type(selector, text) {
      await page.focus(selector)
      await page.keyboard.type(text)
    },
    press: (key) => page.keyboard.press(key),
    async wheel(pixels) {
      await page.mouse.move(100, 100)
      await (page.mouse.wheel.length === 2 ? page.mouse.wheel(0, pixels) : page.mouse.wheel({ deltaY: pixels }))
    },
    back: async () => void (await page.goBack()),
    reload: async () => void (await page.reload()),
    front: () => page.bringToFront(),
    size: (width, height) => (page.setViewportSize ?? page.setViewport).call(page, { width, height }),
    close: () => page.close(),
  }
}

const KEYS = { Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', ArrowUp: '\uE013', ArrowDown: '\uE015', ArrowRight: '\uE014' }

/** In WebKit a tab that is not in front is hidden, so these are windows, of which one listens at a time. */
async function throughWebDriver(ask) {
  const [living] = await ask('GET', '/window/handles')
  await ask('POST', '/window', { handle: living })
  const { handle } = await ask('POST', '/window/new', { type: 'window' })
  const here = async (method, path, body) => {
    await ask('POST', '/window', { handle })
    return ask(method, path, body)
  }
  const run = (act, ...given) => here('POST', '/execute/sync', { script: `return (${act})(...arguments)`, args: given })
  const element = async (selector) => Object.values(await here('POST', '/element', { using: 'css selector', value: selector }))[0]
  const keys = (text) => here('POST', '/actions', {
    actions: [{ type: 'key', id: 'keyboard', actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }],
  })
  return {
    goto: (url) => here('POST', '/url', { url }),
    run,
    inject: (script) => here('POST', '/execute/sync', { script, args: [] }),
    async click(selector) {
      await here('POST', `/element/${await element(selector)}/click`, {})
    },
    async type(selector, text) {
      await run((name) => document.querySelector(name).focus(), selector)
      await keys(text)
    },
    press: (key) => keys(KEYS[key] ?? key),
    wheel: (pixels) => here('POST', '/actions', {
      actions: [{ type: 'wheel', id: 'wheel', actions: [{ type: 'scroll', x: 100, y: 100, deltaX: 0, deltaY: pixels }] }],
    }),
    back: () => here('POST', '/back', {}),
    reload: () => here('POST', '/refresh', {}),
    front: () => here('GET', '/url'),
    size: (width, height) => here('POST', '/window/rect', { width, height }),
    close: () => here('DELETE', '/window'),
  }
}
