// The site as a person meets it who is served by a leadstage server: the files, and `leadstage serve` at the same origin.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, patiently, site } from './browsers.js'
import { root } from './dist.js'

const CLI = process.env.LEADSTAGE_CLI ?? join(root, 'target/debug/leadstage')
const PLAYBOOK = join(root, 'playbooks/acme-b2b/playbook.yaml')

/** What the pages are told before anything else: errors are counted, a person is here, and, below `/forbidden/`, nothing can be stored. */
const person = `${readFileSync(join(root, 'tests/js/pages/watched.js'), 'utf8')}
Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
if (location.pathname.startsWith('/forbidden/')) {
  for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError') } })
}
`

/** `received` holds every receipt with the service's answer to it; `stale` makes challenges come an hour late. */
export async function serve() {
  const folder = mkdtempSync(join(tmpdir(), 'leadstage-served-'))
  const file = (name) => join(folder, name)
  const leadstage = (...args) => {
    const { status, stdout, stderr, error } = spawnSync(CLI, args, { encoding: 'utf8' })
    if (error) throw error
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
  leadstage('keys', 'new', file('keys.json'))
  const key = leadstage('keys', 'access', '--id', 'site', '--role', 'source', '--source', 'crm', file('access.json'))
  const service = `http://127.0.0.1:${await freePort()}`
  const running = spawn(CLI, [
    'serve', '--playbook', PLAYBOOK, '--keys', file('keys.json'), '--access', file('access.json'), '--store', `sqlite:${file('store.db')}`,
    '--listen', new URL(service).host, '--issuer', 'https://leads.example', '--rate', '0',
  ], { stdio: 'ignore' })
  const made = { stale: false, received: [] }
  let record

  async function ask(path, body, more) {
    const response = await fetch(service + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...more }, body })
    return [response.status, await response.text(), response.headers.get('content-type')]
  }
  const withKey = { Authorization: `Bearer ${key}` }

  /** Pages know nothing of the record: the site's own server asks for a challenge that is for it. */
  function challenge(body) {
    if (made.stale) return [201, leadstage('challenge', '-p', PLAYBOOK, '--keys', file('keys.json'), '--json', '--as-of', String(Date.now() - 3_600_000)), 'application/json']
    return record ? ask('/v1/challenges', JSON.stringify({ ...JSON.parse(body), record }), withKey) : ask('/v1/challenges', body)
  }

  async function verify(receipt) {
    const answer = await ask('/v1/receipts', receipt)
    made.received.push({ receipt, answer: JSON.parse(answer[1]) })
    return answer
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
      const [status, text, kind] = await (pathname === '/v1/challenges' ? challenge(body) : pathname === '/v1/receipts' ? verify(body) : ask(pathname, body))
      response.writeHead(status, { 'Content-Type': kind })
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
  await patiently(() => fetch(`${service}/health/ready`))
  return Object.assign(made, {
    /** From now on receipts are for a record of which the CRM says this. */
    async knows(facts) {
      const [status, text] = await ask('/v1/records', JSON.stringify({ input: { facts } }), withKey)
      if (status !== 201) throw new Error(text)
      record = JSON.parse(text).id
    },
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections()
      server.close()
      running.kill()
      rmSync(folder, { recursive: true })
    },
  })
}
