// The three engines behind one door: open an address, wait for what the page leaves.
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer } from 'node:net'

const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const readOutcome = 'document.documentElement.dataset.outcome ?? null'

/** The engines that are on this machine. */
export const engines = [
  { name: 'Chromium', program: process.env.LEADSTAGE_CHROMIUM, open: chromium },
  { name: 'Firefox', program: process.env.LEADSTAGE_FIREFOX, open: firefox },
  { name: 'WebKit', program: process.env.LEADSTAGE_WEBKIT, open: webkit },
].filter(({ program }) => program)

export const files = process.env.LEADSTAGE_FILES
export const site = process.env.LEADSTAGE_SITE

export async function launchChromium() {
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath: process.env.LEADSTAGE_CHROMIUM, args: chromiumFlags })
}

/** Waits for a page's outcome; `look` reads it, and a page that is still being opened has none. */
async function outcome(look, milliseconds) {
  const end = Date.now() + milliseconds
  while (Date.now() < end) {
    const left = await look()
    if (left) return JSON.parse(left)
    await wait(100)
  }
  throw new Error(`the page left no outcome in ${milliseconds / 1000} s`)
}

async function chromium() {
  const browser = await launchChromium()
  return {
    browser,
    async visit(url, milliseconds) {
      const page = await browser.newPage()
      try {
        await page.goto(url)
        return await outcome(() => page.evaluate(readOutcome), milliseconds)
      } finally {
        await page.close()
      }
    },
    close: () => browser.close(),
  }
}

async function firefox(program, extraPrefsFirefox) {
  const { default: puppeteer } = await import('puppeteer-core')
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: program, headless: true, extraPrefsFirefox })
  return {
    browser,
    async visit(url, milliseconds) {
      const page = await browser.newPage()
      try {
        await page.goto(url)
        return await outcome(() => page.evaluate(readOutcome), milliseconds)
      } finally {
        await page.close()
      }
    },
    close: () => browser.close(),
  }
}

/** A port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** WebKit by the W3C's protocol alone, on a screen of its own. */
async function webkit(program) {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const display = await new Promise((resolve, reject) => {
    let number = ''
    screen.stdio[3].on('data', (data) => {
      number += data
      if (number.endsWith('\n')) resolve(`:${number.trim()}`)
    })
    screen.on('exit', () => reject(new Error('Xvfb ended')))
  })
  const port = await freePort()
  const driver = spawn(program, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  })
  const stop = () => {
    driver.kill()
    screen.kill()
  }
  const ask = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`WebDriver: ${value.message ?? response.status}`)
    return value
  }
  try {
    const options = { binary: miniBrowser(), args: ['--automation'] }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
    const { sessionId } = await patiently(() => ask('POST', '/session', { capabilities }))
    const session = `/session/${sessionId}`
    return {
      ask: (method, path, body) => ask(method, session + path, body),
      async visit(url, milliseconds) {
        await ask('POST', `${session}/url`, { url })
        return outcome(() => ask('POST', `${session}/execute/sync`, { script: `return ${readOutcome}`, args: [] }), milliseconds)
      },
      async close() {
        await ask('DELETE', session).catch(() => {})
        stop()
      },
    }
  } catch (error) {
    stop()
    throw error
  }
}

const miniBrowser = () => `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`

/** Tries again while who listens is still starting. */
export async function patiently(act) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act()
    } catch (error) {
      if (tries === 50 || error.cause?.code !== 'ECONNREFUSED') throw error
      await wait(200)
    }
  }
}
