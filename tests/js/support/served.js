// The site as a person meets it who is served by a leadstage server: the files, and the routes of receipts from the same origin.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { site } from './browsers.js'
import { root } from './dist.js'

const CLI = process.env.LEADSTAGE_CLI ?? join(root, 'target/debug/leadstage')
const PLAYBOOK = join(root, 'playbooks/acme-b2b/playbook.yaml')

/** What the pages are told before anything else: a person is here, errors are counted, and, below `/forbidden/`, nothing can be stored. */
const person = `
Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
window.errors = []
addEventListener('error', ({ message }) => errors.push(message))
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)))
addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => errors.push(violatedDirective + ' ' + blockedURI))
if (location.pathname.startsWith('/forbidden/')) {
  for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError') } })
}
`

/** `own` is evidence that the server has of its own; `stale` makes it give out challenges that are too old. */
export async function serve() {
  const folder = mkdtempSync(join(tmpdir(), 'leadstage-served-'))
  const file = (name) => join(folder, name)
  const leadstage = (args, expected = [0]) => {
    const { status, stdout, stderr, error } = spawnSync(CLI, args, { encoding: 'utf8' })
    if (error) throw error
    if (!expected.includes(status)) throw new Error(`${args.join(' ')}: ${stderr}`)
    return stdout
  }
  leadstage(['keys', 'new', file('keys.json')])
  const made = { own: null, stale: false, received: [] }

  function challenge() {
    const at = made.stale ? ['--as-of', String(Date.now() - 3_600_000)] : []
    return [201, leadstage(['challenge', '-p', PLAYBOOK, '--keys', file('keys.json'), '--json', ...at])]
  }

  function verify(receipt) {
    writeFileSync(file('receipt.jsonl'), receipt)
    if (made.own) writeFileSync(file('own.json'), JSON.stringify(made.own))
    const own = made.own ? ['--own', file('own.json')] : []
    const answer = JSON.parse(leadstage(['verify', '-p', PLAYBOOK, '--keys', file('keys.json'), '--json', '--issuer', 'https://leads.example', ...own, file('receipt.jsonl')], [0, 4]))
    made.received.push({ receipt, answer })
    if (answer.verified) return [200, JSON.stringify(answer)]
    const { code, message } = answer.refusal
    return [422, JSON.stringify({ type: `urn:leadstage:problem:${code}`, title: code, status: 422, detail: message, code, refusal: answer.refusal })]
  }

  async function page(path, response) {
    const from = await fetch(site + path)
    const kind = from.headers.get('content-type')
    let body = Buffer.from(await from.arrayBuffer())
    // The service is beside the site's root, wherever the page is.
    if (kind.startsWith('text/html')) body = body.toString().replace('<head>', '<head>\n  <script src="/person.js"></script>\n  <meta name="leadstage-server" content="/">')
    response.writeHead(from.status, { 'Content-Type': kind, 'Content-Security-Policy': from.headers.get('content-security-policy'), 'Cache-Control': 'no-store' })
    response.end(body)
  }

  async function answer(request, response) {
    const { pathname } = new URL(request.url, 'http://here')
    if (request.method === 'POST') {
      let body = ''
      for await (const part of request.setEncoding('utf8')) body += part
      const [status, text] = pathname === '/v1/challenges' ? challenge() : pathname === '/v1/receipts' ? verify(body) : [404, '{}']
      response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' })
      return void response.end(text)
    }
    if (pathname === '/person.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' })
      return void response.end(person)
    }
    await page(pathname.replace(/^\/forbidden\//, '/'), response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(made, {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    },
  })
}
