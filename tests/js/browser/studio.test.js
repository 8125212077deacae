import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { unpack } from '../../../www/app/studio/fragment.js'
import { engines, files, launchChromium, site } from '../support/browsers.js'
import { dist } from '../support/dist.js'
import { openPage } from '../support/pages.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
const starts = ['acme-b2b', 'revenue-chain', 'smart-handoff', 'six-stage', 'nine-stage', 'product-led']
const source = (name) => new URL(`../../../playbooks/${name}/playbook.yaml`, import.meta.url)
const list = (value) => [value ?? []].flat()

const small = `leadstage: 1
name: small
version: 1
attributes:
  account.industry: { type: choice, options: [software, retail], label: Industry }
  account.employees: { type: number, whole: true, min: 1 }
signals:
  demo_request: {}
scores:
  fit: { groups: [ { name: company, rules: [ { when: { account.industry: software }, points: 12.5 } ] } ] }
`

/** What the command line says. */
function native(...given) {
  try {
    return execFileSync(process.env.LEADSTAGE_CLI, given, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (error.status === 1) return error.stdout
    throw error
  }
}

describe('the studio', { timeout: 600_000 }, () => {
  let browser
  let page
  let complaints
  const scratch = mkdtempSync(join(tmpdir(), 'leadstage-studio-'))
  const written = (name, text) => {
    const file = join(scratch, name)
    writeFileSync(file, text)
    return file
  }
  before(async () => {
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    rmSync(scratch, { recursive: true })
  })
  beforeEach(async () => {
    complaints = []
    page = await open(sizes.desktop)
  })
  afterEach(async () => {
    await page.context().close()
    assert.deepEqual(complaints, [], 'errors in the page')
  })

  async function open(viewport, more = {}) {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce', timezoneId: 'UTC', ...more })
    const opened = await context.newPage()
    opened.on('pageerror', (error) => complaints.push(String(error)))
    opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    opened.on('request', (request) => request.method() === 'GET' || complaints.push(`sent something: ${request.url()}`))
    return opened
  }

  const ready = () => page.waitForFunction(() => document.documentElement.dataset.studio === 'ready')
  async function visit(url = `${site}/studio.html`) {
    await page.goto(url)
    await ready()
  }
  const content = () => page.locator('#studio-editor .cm-content')
  const status = (text) => page.locator('#studio-status').filter({ hasText: text }).waitFor()
  const decision = async () => JSON.parse(await page.getByLabel('Decision as JSON').textContent())
  /** The state that the address holds, once it holds this. */
  async function state(such) {
    for (let left = 60; left > 0; left -= 1) {
      const found = await unpack(new URL(page.url()).hash.slice(1))
      if (found && such(found)) return found
      await page.waitForTimeout(100)
    }
    throw new Error(`the link never held it: ${such}`)
  }
  /** As who selects all and pastes. */
  async function write(text) {
    await content().click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
    await state((found) => found.text === text)
    // The answer about this text, not about the one before.
    await page.waitForFunction(() => !document.getElementById('studio-status').classList.contains('busy'))
    await page.waitForTimeout(300)
    await page.waitForFunction(() => !document.getElementById('studio-status').classList.contains('busy'))
  }
  async function start(name) {
    await page.locator('#studio-start').selectOption(name)
    await status(`No problems. ${name}, version`)
  }

  it('shows a mistake at its line while it is typed, in the list too, and leads to it', async () => {
    await visit()
    await write(small)
    await status('No problems. small, version 1')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('lable: Small\n')
    await status('1 problem')
    const marked = page.locator('#studio-editor .cm-lintRange-error')
    assert.equal(await marked.textContent(), 'lable')
    const problem = page.getByRole('list', { name: 'Problems of the playbook' }).getByRole('button')
    assert.match(await problem.textContent(), /^Line 11.*`lable` has no meaning here.*`label`/)
    await page.keyboard.press('Control+Home')
    await problem.click()
    assert.equal(await page.locator('#studio-editor .cm-lineNumbers .cm-activeLineGutter').textContent(), '11')
    await page.keyboard.type('label')
    await status('No problems.')
    assert.equal(await marked.count(), 0)
    assert.equal((await state(({ text }) => text.includes('label: Small'))).text, `${small}label: Small\n`)
  })

  it('says what the command line says, in YAML and in JSON', async () => {
    const yaml = `${small.replace('type: choice', 'type: chioce').replace('points: 12.5', 'points: many').replace('account.industry: software', 'account.industri: software')}signals: {}\ninital: lead\n`
    const json = JSON.stringify({ leadstage: 1, name: 'Bad Name', version: 0, signals: { demo: { lable: 'x' } }, routes: [{ then: 'a' }, { then: 'b' }] }, null, 2)
    await visit()
    for (const [format, text] of Object.entries({ yaml, json })) {
      const expected = JSON.parse(native('check', '--json', written(`bad.${format}`, text))).problems
      assert.ok(expected.length >= 4, `${format}: ${expected.length}`)
      if (format === 'json') await page.getByRole('radio', { name: 'JSON' }).check()
      await page.waitForTimeout(500)
      await write(text)
      const shown = await page.locator('.problem').evaluateAll((items) => items.map((item) => [item.querySelector('.problem-path').textContent, item.querySelector('.problem-text').textContent]))
      assert.deepEqual(shown, expected.map(({ path, code, message, help }) => [path || code, message + (help ? ` ${help}` : '')]), format)
    }
  })

  it('reads every ready playbook as the command line does, and draws exactly its stages and transitions', async () => {
    await visit()
    for (const name of starts) {
      const { digest } = JSON.parse(native('check', '--json', source(name).pathname))
      const document = JSON.parse(native('compile', source(name).pathname, '--format', 'json', '-o', '-'))
      await start(name)
      assert.equal(await page.locator('#studio-status').getAttribute('title'), `Digest ${digest}`, name)
      await page.getByRole('tab', { name: 'Stages' }).click()
      const drawn = await page.locator('#studio-stages').evaluate((node) => ({
        stages: [...node.querySelectorAll('svg .stage')].map((shape) => shape.dataset.stage),
        lines: [...node.querySelectorAll('svg .way')].map((way) => `${way.dataset.from} ${way.dataset.to} ${way.classList.contains('automatic')}`),
        moves: [...node.querySelectorAll('.move-table tbody tr')].map((row) => `${row.dataset.from} ${row.dataset.to} ${row.dataset.how}`),
        now: node.querySelector('svg .stage.now')?.dataset.stage,
      }))
      const moves = list(document.transitions).flatMap(({ from, to, by, on }) => list(from).map((one) => ({ from: one, to, automatic: list(by).includes('automation'), on })))
      assert.ok(moves.length > 5, name)
      assert.deepEqual(drawn.stages.sort(), Object.keys(document.stages).sort(), name)
      assert.deepEqual(drawn.lines.sort(), [...new Set(moves.map(({ from, to, automatic }) => `${from} ${to} ${automatic}`))].sort(), name)
      assert.deepEqual(drawn.moves.sort(), moves.map(({ from, to, automatic, on }) => `${from} ${to} ${automatic ? 'automation' : on}`).sort(), name)
      await page.getByRole('tab', { name: 'Decision' }).click()
      assert.equal(drawn.now, (await decision()).stage.to, name)
    }
  })

  it('completes an attribute by keys alone', async () => {
    await visit()
    await write(small)
    await page.keyboard.press('Control+End')
    await page.keyboard.type('routes:\n  - when: { account.i')
    const option = page.locator('#studio-editor .cm-tooltip-autocomplete [aria-selected="true"]')
    await option.filter({ hasText: 'account.industry' }).waitFor()
    await page.waitForTimeout(150)
    await page.keyboard.press('Enter')
    // Its options follow at once.
    await option.filter({ hasText: 'software' }).waitFor()
    await page.waitForTimeout(150)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.type('\n  then: sales')
    await page.keyboard.press('Control+a')
    const { text } = await state((found) => found.text.includes('then: sales'))
    assert.match(text, /- when: \{ account\.industry: retail\s*\}/)
  })

  it('tells what a word means when the pointer rests on it', async () => {
    await visit()
    await write(small)
    await page.locator('#studio-editor .cm-line', { hasText: 'signals' }).locator('span', { hasText: 'signals' }).first().hover()
    await page.locator('#studio-editor .cm-tooltip', { hasText: 'The kinds of buying behaviour.' }).waitFor()
  })

  it('decides on the tried lead as the command line does, and the waterfall adds up to it', async () => {
    const asOf = '2026-06-15T12:00'
    await visit()
    await page.getByRole('button', { name: 'Clear the lead' }).click()
    await page.getByLabel('As of').fill(asOf)
    await page.getByLabel('Industry', { exact: true }).selectOption('healthcare')
    await page.getByLabel('Employees', { exact: true }).fill('20 to 199')
    await page.getByLabel('Seniority', { exact: true }).selectOption('director')
    await page.getByLabel('Seniority: who says so').selectOption('crm')
    await page.getByRole('checkbox', { name: 'events' }).check()
    await page.getByLabel('Close date', { exact: true }).fill('2026-09-30')
    const event = async (kind, at, properties) => {
      await page.getByLabel('Kind of event').selectOption(kind)
      await page.getByRole('button', { name: 'Add event' }).click()
      const card = page.locator('.lead-event').last()
      await card.getByLabel('At', { exact: true }).fill(at)
      for (const [name, value] of Object.entries(properties)) {
        const field = card.getByLabel(name, { exact: true })
        if (await field.evaluate(({ tagName }) => tagName === 'SELECT')) await field.selectOption(value)
        else await field.fill(value)
      }
    }
    await event('page_view', '2026-06-01T12:00', { path: '/pricing' })
    await event('page_view', '2026-06-14T12:00', { path: '/pricing/teams' })
    await event('download', '2026-05-01T09:30', { journey: 'decision', asset: 'paper' })
    const evidence = {
      as_of: `${asOf}:00Z`,
      facts: [
        { attribute: 'account.industry', value: 'healthcare', source: 'visitor' },
        { attribute: 'account.employees', range: [20, 199], source: 'visitor' },
        { attribute: 'contact.seniority', value: 'director', source: 'crm' },
        { attribute: 'account.channels', value: ['events'], source: 'visitor' },
        { attribute: 'deal.close_date', value: '2026-09-30', source: 'crm' },
      ],
      events: [
        { signal: 'page_view', at: '2026-06-01T12:00:00Z', properties: { path: '/pricing' } },
        { signal: 'page_view', at: '2026-06-14T12:00:00Z', properties: { path: '/pricing/teams' } },
        { signal: 'download', at: '2026-05-01T09:30:00Z', properties: { journey: 'decision', asset: 'paper' } },
      ],
    }
    const expected = JSON.parse(native('score', '--explain', '-p', source('acme-b2b').pathname, written('lead.jsonl', `${JSON.stringify(evidence)}\n`))).decision
    await page.waitForFunction((wanted) => {
      const { scores } = JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent || '{}')
      return scores?.intent.value === wanted
    }, expected.scores.intent.value)
    assert.deepEqual(await decision(), expected)
    assert.ok(expected.scores.intent.ledger.some(({ points }) => points < 0), 'something fades')

    await page.getByRole('tab', { name: 'Scores' }).click()
    for (const [name, { value }] of Object.entries(expected.scores)) {
      const fall = page.locator(`.fall[data-score="${name}"]`)
      const points = await fall.locator('[data-points]').evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.points)))
      const sum = points.reduce((total, point) => total + Math.round(point * 1000), 0)
      assert.equal(sum, Math.round(value * 1000), name)
      assert.equal(Number(await fall.locator('[data-value]').getAttribute('data-value')), value)
      const bars = await fall.locator('rect[data-to]').evaluateAll((rects) => rects.map(({ dataset }) => [Number(dataset.from), Number(dataset.to)]))
      const total = bars.pop()
      let at = 0
      for (const [from, to] of bars) {
        assert.equal(from, at, `${name}: a bar begins where the one before ends`)
        at = to
      }
      assert.deepEqual(total, [0, value])
      assert.equal(at, value)
    }
  })

  it('keeps everything in the address, and a link brings it back', async () => {
    await visit()
    await write(small)
    await page.getByLabel('Industry', { exact: true }).selectOption('software')
    await state(({ lead }) => lead.facts['account.industry']?.value === 'software')
    const url = page.url()
    const before = await decision()
    assert.equal(before.scores.fit.value, 12.5)
    await page.goto('about:blank')
    await visit(url)
    assert.deepEqual(await decision(), before)
    assert.equal(await page.getByLabel('Industry', { exact: true }).inputValue(), 'software')
    await page.goto('about:blank')
    await visit(`${url.slice(0, -9)}`)
    assert.match(await page.locator('#studio-notice').textContent(), /This link can’t be read/)
  })

  it('says when a link would be too long, and cuts nothing', async () => {
    await visit()
    let seed = 1
    const noise = Array.from({ length: 1500 }, () => `# ${Array.from({ length: 30 }, () => ((seed = (seed * 48271) % 2147483647) % 36).toString(36)).join('')}\n`).join('')
    await content().click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(small + noise)
    await page.locator('#studio-link-note').filter({ hasText: /^Too long for a link: [\d,]+ letters, and 32,000 fit\./ }).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.locator('#studio-notice').filter({ hasText: 'Too long for a link' }).waitFor()
    // Undo stays in the editor, and so the link comes back.
    await content().press('Control+z')
    await state(({ text }) => text.startsWith('# The playbook of a fictional company'))
  })

  it('changes the format and back, with undo', async () => {
    await visit()
    await write(small)
    await page.getByRole('radio', { name: 'JSON' }).check()
    const json = await state(({ format }) => format === 'json')
    assert.equal(JSON.parse(json.text).name, 'small')
    await status('No problems. small')
    await page.getByRole('button', { name: 'Undo' }).click()
    const undone = await state(({ format }) => format === 'yaml')
    assert.equal(undone.text, small)
    assert.equal(await page.getByRole('radio', { name: 'YAML' }).isChecked(), true)
  })

  it('gives the playbook as YAML, as JSON and compiled', async () => {
    await visit()
    await write(small)
    const get = async (name) => {
      await page.locator('#studio-download summary').click()
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
      return [download.suggestedFilename(), readFileSync(await download.path())]
    }
    const [yamlName, yaml] = await get('As YAML')
    assert.deepEqual([yamlName, yaml.toString()], ['small.yaml', small])
    const file = written('small.yaml', small)
    const { digest } = JSON.parse(native('check', '--json', file))
    const [jsonName, json] = await get('As JSON')
    assert.equal(jsonName, 'small.json')
    assert.equal(JSON.parse(native('check', '--json', written('other.json', json))).digest, digest)
    const [compiledName, compiled] = await get('Compiled, for pages')
    assert.equal(compiledName, 'small.leadstage')
    native('compile', file, '--format', 'binary', '-o', join(scratch, 'native.leadstage'))
    assert.deepEqual(compiled, readFileSync(join(scratch, 'native.leadstage')))
  })

  it('shows the question tree that the command line prints', async () => {
    await visit()
    await page.getByRole('button', { name: 'Clear the lead' }).click()
    await page.getByLabel('As of').fill('2026-06-15T12:00')
    await page.getByLabel('Purpose of the visit', { exact: true }).selectOption('own_company')
    await page.getByLabel('Industry', { exact: true }).selectOption('software')
    await page.getByLabel('Kind of event').selectOption('demo_request')
    await page.getByRole('button', { name: 'Add event' }).click()
    const evidence = written('asked.json', JSON.stringify({
      facts: [{ attribute: 'contact.purpose', value: 'own_company', source: 'visitor' }, { attribute: 'account.industry', value: 'software', source: 'visitor' }],
      events: [{ signal: 'demo_request', at: '2026-06-15T12:00:00Z' }],
    }))
    const tree = JSON.parse(native('ask', '--tree', 'json', '--as-of', '2026-06-15T12:00:00Z', '-p', source('acme-b2b').pathname, evidence))
    const asked = []
    const walk = (node) => {
      if (!node.ask) return
      asked.push(node.ask.attribute)
      node.branches.forEach(({ then }) => walk(then))
    }
    walk(tree)
    assert.ok(asked.length > 0)
    await page.getByRole('tab', { name: 'Questions' }).click()
    await page.locator('#studio-tree .question').first().waitFor()
    if (await page.getByRole('button', { name: 'Open all' }).count()) await page.getByRole('button', { name: 'Open all' }).click()
    await page.waitForFunction((count) => document.querySelectorAll('#studio-tree .question').length === count, asked.length)
    const drawn = await page.locator('#studio-tree .question').evaluateAll((shapes) => shapes.map(({ dataset }) => dataset.attribute))
    assert.deepEqual(drawn.sort(), asked.sort())
  })

  it('ends what takes too long, and typing never waits for it', async () => {
    const names = Array.from({ length: 44 }, (_, place) => `account.q${place}`)
    const rules = names.map((name, place) => ({ when: { [name]: 'a' }, points: (place * 7919) % 37 + 1 }))
    const heavy = JSON.stringify({
      leadstage: 1, name: 'heavy', version: 1,
      attributes: Object.fromEntries(names.map((name) => [name, { type: 'choice', options: ['a', 'b', 'c', 'd'], ask: { text: `About ${name}?` } }])),
      scores: { fit: { groups: [{ name: 'all', rules }] }, other: { groups: [{ name: 'all', rules: rules.map(({ when, points }) => ({ when: { [Object.keys(when)[0]]: ['b', 'c'] }, points: (points * 31) % 17 + 1 })) }] } },
      routes: [{ when: { score: { fit: { from: 420 }, other: { from: 100 } } }, then: 'sales' }, { when: { score: { other: { from: 190 } } }, then: 'call' }, { then: 'wait' }],
    }, null, 1)
    await visit()
    await write(heavy)
    await status('No problems. heavy')
    await page.getByRole('tab', { name: 'Questions' }).click()
    await page.locator('#studio-tree[aria-busy="true"]').waitFor()
    await page.evaluate(() => {
      let last = performance.now()
      globalThis.longest = 0
      const frame = (now) => {
        globalThis.longest = Math.max(globalThis.longest, now - last)
        last = now
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    await content().click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('   \n\n  ', { delay: 30 })
    const longest = await page.evaluate(() => globalThis.longest)
    console.log(`longest frame while typing beside a tree that takes too long: ${longest.toFixed(0)} ms`)
    assert.ok(longest < 1_000, `a frame took ${longest} ms`)
    await page.locator('#studio-tree').filter({ hasText: 'The tree was stopped after 10 seconds' }).waitFor({ timeout: 40_000 })
    // The next one gets a worker of its own.
    await start('acme-b2b')
    await page.locator('#studio-tree .question').first().waitFor()
  })

  it('can be used by keys alone, and the editor lets go of Tab', async () => {
    await visit()
    const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('data-tab') || document.activeElement.tagName)
    await page.getByRole('button', { name: 'Redo' }).focus()
    await page.keyboard.press('Tab')
    assert.equal(await focus(), 'studio-editor')
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('Tab')
    assert.equal(await focus(), 'studio-editor', 'Tab indents')
    await state(({ text }) => text.startsWith('  # The playbook'))
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    assert.equal(await focus(), 'lead-as-of')
    assert.match(await page.locator('.room-foot').textContent(), /to leave the editor press Escape, then Tab/)
    await page.getByRole('tab', { name: 'Decision' }).focus()
    await page.keyboard.press('ArrowRight')
    assert.equal(await focus(), 'tab-scores')
    assert.equal(await page.locator('.fall').first().isVisible(), true)
    await page.keyboard.press('End')
    await page.locator('#studio-tree .question').first().waitFor()
    await page.keyboard.press('Tab')
    const before = await page.locator('#studio-tree .question').count()
    await page.locator('#studio-tree .question').first().focus()
    await page.keyboard.press('Enter')
    assert.ok((await page.locator('#studio-tree .question').count()) < before)
  })

  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      it(`can be used by everyone: axe finds nothing serious (${size}, ${colorScheme})`, async () => {
        await page.context().close()
        page = await open(viewport, { colorScheme })
        await visit()
        const script = await readFile(axe, 'utf8')
        await page.evaluate(script)
        const look = async (where) => {
          // The colours are all that differs in the dark.
          const { violations } = await page.evaluate((rules) => globalThis.axe.run(rules), colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {})
          assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${where}: ${id} ${nodes[0].html} ${nodes[0].failureSummary}`), [])
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          assert.ok(wide <= 0, `${where} is ${wide} px wider than the window`)
        }
        for (const tab of ['Decision', 'Scores', 'Stages', 'Questions']) {
          await page.getByRole('tab', { name: tab }).click()
          if (tab === 'Questions') await page.locator('#studio-tree .question').first().waitFor()
          for (const summary of await page.locator(`[role="tabpanel"]:not([hidden]) > div > details > summary`).all()) await summary.click()
          await look(tab)
        }
        await content().click()
        await page.keyboard.press('Control+End')
        await page.keyboard.type('wrong: 1\n')
        await status('1 problem')
        await look('with a problem')
      })
    }
  }

  it('works from any path, and without a network once it has been open', async () => {
    const folder = join(dist, 'site')
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' }
    const policy = (await fetch(`${site}/studio.html`)).headers.get('content-security-policy')
    const server = createServer(async ({ url }, response) => {
      const path = new URL(url, 'http://here').pathname
      try {
        if (!path.startsWith('/some/deep/path/')) throw new Error('outside')
        const body = await readFile(join(folder, path.slice('/some/deep/path/'.length) || 'index.html'))
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'content-security-policy': policy, 'cache-control': 'no-store' }).end(body)
      } catch {
        if (!path.endsWith('favicon.ico')) complaints.push(`not there: ${path}`)
        response.writeHead(404).end()
      }
    })
    await new Promise((done) => server.listen(0, '127.0.0.1', done))
    const base = `http://127.0.0.1:${server.address().port}/some/deep/path`
    await visit(`${base}/studio.html`)
    const known = await decision()
    await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated' || new Promise((done) => active.addEventListener('statechange', done))))
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await page.reload()
    await ready()
    assert.deepEqual((await decision()).scores, known.scores)
    await start('six-stage')
    await page.getByRole('radio', { name: 'JSON' }).check()
    await state(({ format }) => format === 'json')
    await page.goto(`${base}/pricing.html`)
    assert.match(await page.locator('h1').textContent(), /\w/)
    await page.locator('.panel-toggle').waitFor()
    await page.goto(`${base}/`)
    assert.match(await page.locator('h1').textContent(), /Every lead gets across/)
    // With no server a request that is in no cache fails; the first paint of a page asks for none.
    assert.equal(await page.evaluate(() => document.fonts.ready.then(() => document.fonts.check('16px "Instrument Sans"'))), true)
  })

  it('runs beside other files of a site as well', async () => {
    await visit(`${files}/site/studio.html`)
    await status('No problems. acme-b2b')
  })
})

describe('the studio in every engine', { timeout: 300_000 }, () => {
  for (const { name, program, open } of engines) {
    it(`checks, decides and marks a mistake in ${name}`, async () => {
      const engine = await open(program)
      try {
        const page = await openPage(engine)
        await page.goto(`${site}/studio.html`)
        await page.until(() => document.documentElement.dataset.studio === 'ready')
        const { digest } = JSON.parse(native('check', '--json', source('acme-b2b').pathname))
        const said = await page.run(() => ({ title: document.getElementById('studio-status').title, decision: JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent) }))
        assert.equal(said.title, `Digest ${digest}`)
        assert.equal(said.decision.scores.fit.value, 40)
        await page.run(() => document.querySelector('#studio-editor').shadowRoot.querySelector('.cm-content').focus())
        for (const key of 'x: 1') await page.press(key)
        await page.press('Enter')
        await page.until(() => /^Line 1(?!\d).*`x` has no meaning here/.test(document.querySelector('.problem')?.textContent))
        await page.until(() => location.hash.length > 100)
      } finally {
        await engine.close()
      }
    })
  }
})
