import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { pack } from '../../../www/app/studio/fragment.js'
import { site } from '../support/browsers.js'
import { Studio, native, small, source, starts } from '../support/studio.js'

const list = (value) => [value ?? []].flat()

describe('the studio', { timeout: 600_000 }, () => {
  const studio = new Studio()

  it('shows a mistake at its line while it is typed, in the list too, and leads to it', async () => {
    await studio.visit()
    await studio.write(small)
    await studio.status('No problems. small, version 1')
    await studio.page.keyboard.press('Control+End')
    await studio.page.keyboard.type('lable: Small\n')
    await studio.status('1 problem')
    const marked = studio.page.locator('#studio-editor .cm-lintRange-error')
    assert.equal(await marked.textContent(), 'lable')
    const problem = studio.page.getByRole('list', { name: 'Problems of the playbook' }).getByRole('button')
    assert.match(await problem.textContent(), /^Line 11.*`lable` has no meaning here.*`label`/)
    // The lead is tried by the last playbook without problems meanwhile.
    await studio.page.getByText('This is by the last one without any.').waitFor()
    await studio.page.getByLabel('Industry', { exact: true }).selectOption('software')
    await studio.page.waitForFunction(() => JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent).scores.fit.value === 12.5)
    await studio.content().click()
    await studio.page.keyboard.press('Control+Home')
    await problem.click()
    assert.equal(await studio.page.locator('#studio-editor .cm-lineNumbers .cm-activeLineGutter').textContent(), '11')
    await studio.page.keyboard.type('label')
    await studio.status('No problems.')
    assert.equal(await marked.count(), 0)
    assert.equal((await studio.state(({ text }) => text.includes('label: Small'))).text, `${small}label: Small\n`)
  })

  it('says what the command line says, in YAML and in JSON', async () => {
    const yaml = `${small.replace('type: choice', 'type: chioce').replace('points: 12.5', 'points: many').replace('account.industry: software', 'account.industri: software')}signals: {}\ninital: lead\n`
    const json = JSON.stringify({ leadstage: 1, name: 'Bad Name', version: 0, signals: { demo: { lable: 'x' } }, routes: [{ then: 'a' }, { then: 'b' }] }, null, 2)
    await studio.visit()
    for (const [format, text] of Object.entries({ yaml, json })) {
      const expected = JSON.parse(native('check', '--json', studio.written(`bad.${format}`, text))).problems
      assert.ok(expected.length >= 4, `${format}: ${expected.length}`)
      if (format === 'json') {
        await studio.page.getByRole('radio', { name: 'JSON' }).check()
        await studio.state((found) => found.format === 'json')
      }
      await studio.write(text)
      const shown = await studio.page.locator('.problem').evaluateAll((items) => items.map((item) => [item.querySelector('.problem-line').textContent, item.querySelector('.problem-path').textContent, item.querySelector('.problem-text').textContent]))
      assert.deepEqual(shown, expected.map(({ path, code, line, message, help }) => [`Line ${line}`, path || code, message + (help ? ` ${help}` : '')]), format)
    }
    // The command line takes this for YAML; here JSON was chosen, which has no comments.
    await studio.write('{\n  "leadstage": 1,\n  "name": "small", // not here\n  "version": 1\n}')
    assert.match(await studio.page.locator('.problem').textContent(), /^Line 3.*syntax$/)
  })

  it('reads every ready playbook as the command line does, and draws exactly its stages and transitions', async () => {
    await studio.visit()
    for (const name of starts) {
      const { digest } = JSON.parse(native('check', '--json', source(name)))
      const document = JSON.parse(native('compile', source(name), '--format', 'json', '-o', '-'))
      await studio.start(name)
      assert.equal(await studio.page.locator('#studio-status').getAttribute('title'), `Digest ${digest}`, name)
      await studio.page.getByRole('tab', { name: 'Stages' }).click()
      const drawn = await studio.page.locator('#studio-stages').evaluate((node) => ({
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
      await studio.page.getByRole('tab', { name: 'Decision' }).click()
      assert.equal(drawn.now, (await studio.decision()).stage.to, name)
    }
  })

  it('completes an attribute by keys alone', async () => {
    await studio.visit()
    await studio.write(small)
    await studio.page.keyboard.press('Control+End')
    await studio.page.keyboard.type('routes:\n  - when: { account.i')
    const option = studio.page.locator('#studio-editor .cm-tooltip-autocomplete [aria-selected="true"]')
    await option.filter({ hasText: 'account.industry' }).waitFor()
    await studio.page.waitForTimeout(150)
    await studio.page.keyboard.press('Enter')
    // Its options follow at once.
    await option.filter({ hasText: 'software' }).waitFor()
    await studio.page.waitForTimeout(150)
    await studio.page.keyboard.press('ArrowDown')
    await studio.page.keyboard.press('Enter')
    await studio.page.keyboard.press('End')
    await studio.page.keyboard.type('\n  then: sales')
    await studio.page.keyboard.press('Control+a')
    const { text } = await studio.state((found) => found.text.includes('then: sales'))
    assert.match(text, /- when: \{ account\.industry: retail\s*\}/)
  })

  it('tells what a word means when the pointer rests on it', async () => {
    await studio.visit()
    await studio.write(small)
    await studio.page.locator('#studio-editor .cm-line', { hasText: 'signals' }).locator('span', { hasText: 'signals' }).first().hover()
    await studio.page.locator('#studio-editor .cm-tooltip', { hasText: 'The kinds of buying behaviour.' }).waitFor()
  })

  it('decides on the tried lead as the command line does, and the waterfall adds up to it', async () => {
    const asOf = '2026-06-15T12:00'
    await studio.visit()
    await studio.page.getByRole('button', { name: 'Clear the lead' }).click()
    await studio.page.getByLabel('As of').fill(asOf)
    await studio.page.getByLabel('Industry', { exact: true }).selectOption('healthcare')
    await studio.page.getByLabel('Employees', { exact: true }).fill('20 to 199')
    await studio.page.getByLabel('Seniority', { exact: true }).selectOption('director')
    await studio.page.getByLabel('Seniority: who says so').selectOption('crm')
    await studio.page.getByRole('checkbox', { name: 'events' }).check()
    await studio.page.getByLabel('Close date', { exact: true }).fill('2026-09-30')
    const event = async (kind, at, properties) => {
      await studio.page.getByLabel('Kind of event').selectOption(kind)
      await studio.page.getByRole('button', { name: 'Add event' }).click()
      const card = studio.page.locator('.lead-event').last()
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
    const expected = JSON.parse(native('score', '--explain', '-p', source('acme-b2b'), studio.written('lead.jsonl', `${JSON.stringify(evidence)}\n`))).decision
    await studio.page.waitForFunction((wanted) => {
      const { scores } = JSON.parse(document.querySelector('[aria-label="Decision as JSON"]').textContent || '{}')
      return scores?.intent.value === wanted
    }, expected.scores.intent.value)
    assert.deepEqual(await studio.decision(), expected)
    assert.ok(expected.scores.intent.ledger.some(({ points }) => points < 0), 'something fades')

    await studio.page.getByRole('tab', { name: 'Scores' }).click()
    for (const [name, { value }] of Object.entries(expected.scores)) {
      const fall = studio.page.locator(`.fall[data-score="${name}"]`)
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
    await studio.visit()
    await studio.write(small)
    await studio.page.getByLabel('Industry', { exact: true }).selectOption('software')
    await studio.state(({ lead }) => lead.facts['account.industry']?.value === 'software')
    const url = studio.page.url()
    const before = await studio.decision()
    assert.equal(before.scores.fit.value, 12.5)
    await studio.page.goto('about:blank')
    await studio.visit(url)
    assert.deepEqual(await studio.decision(), before)
    assert.equal(await studio.page.getByLabel('Industry', { exact: true }).inputValue(), 'software')
    await studio.page.goto('about:blank')
    await studio.visit(`${url.slice(0, -9)}`)
    assert.match(await studio.page.locator('#studio-notice').textContent(), /This link can’t be read/)
  })

  it('takes whatever a link holds for data', async () => {
    const markup = '<img src=x onerror=alert(1)>'
    const hostile = {
      format: 'yaml',
      text: `${small}stages: { lead: { label: "${markup}" } }\ninitial: lead\n`.replace('label: Industry', `label: "${markup}"`).replace('demo_request: {}', `demo_request: { label: "${markup}" }`),
      lead: { asOf: 9e15, stage: { name: 'lead', since: 'never' }, facts: { 'account.industry': null, 'account.employees': { value: markup, range: 'x' }, [markup]: 5 }, events: [{ signal: 'demo_request', at: {}, properties: 'abc' }, { signal: markup }] },
    }
    await studio.visit(`${site}/studio.html#${await pack(hostile)}`)
    await studio.page.getByRole('list', { name: 'Problems of the lead' }).getByText('/as_of').waitFor()
    for (const tab of ['Scores', 'Stages', 'Questions', 'Decision']) await studio.page.getByRole('tab', { name: tab }).click()
    assert.equal(await studio.page.locator('img').count(), 0)
    await studio.page.getByRole('button', { name: 'Clear the lead' }).click()
    await studio.page.getByLabel('As of').fill('2026-06-15T12:00')
    await studio.page.getByRole('list', { name: 'Problems of the lead' }).waitFor({ state: 'hidden' })
    assert.equal((await studio.decision()).scores.fit.value, 0)
    await studio.page.getByRole('tab', { name: 'Stages' }).click()
    assert.equal(await studio.page.locator('.stage-label').textContent(), '<img src=x…')
    assert.equal(await studio.page.locator('img').count(), 0)
  })

  it('says when a link would be too long, and cuts nothing', async () => {
    await studio.visit()
    let seed = 1
    const noise = Array.from({ length: 1500 }, () => `# ${Array.from({ length: 30 }, () => ((seed = (seed * 48271) % 2147483647) % 36).toString(36)).join('')}\n`).join('')
    await studio.content().click()
    await studio.page.keyboard.press('Control+a')
    await studio.page.keyboard.insertText(small + noise)
    await studio.page.locator('#studio-link-note').filter({ hasText: /^Too long for a link: [\d,]+ letters, and 32,000 fit\./ }).waitFor()
    assert.equal(new URL(studio.page.url()).hash, '')
    await studio.page.getByRole('button', { name: 'Copy link' }).click()
    await studio.page.locator('#studio-notice').filter({ hasText: 'Too long for a link' }).waitFor()
    // Undo stays in the editor, and so the link comes back.
    await studio.content().press('Control+z')
    await studio.state(({ text }) => text.startsWith('# The playbook of a fictional company'))
  })

  it('changes the format and back, with undo', async () => {
    await studio.visit()
    await studio.write(small)
    await studio.page.getByRole('radio', { name: 'JSON' }).check()
    const json = await studio.state(({ format }) => format === 'json')
    assert.equal(JSON.parse(json.text).name, 'small')
    await studio.status('No problems. small')
    await studio.page.getByRole('button', { name: 'Undo' }).click()
    const undone = await studio.state(({ format }) => format === 'yaml')
    assert.equal(undone.text, small)
    assert.equal(await studio.page.getByRole('radio', { name: 'YAML' }).isChecked(), true)
  })

  it('gives the playbook as YAML, as JSON and compiled', async () => {
    await studio.visit()
    await studio.write(small)
    const get = async (name) => {
      await studio.page.locator('#studio-download summary').click()
      const [download] = await Promise.all([studio.page.waitForEvent('download'), studio.page.getByRole('button', { name }).click()])
      return [download.suggestedFilename(), readFileSync(await download.path())]
    }
    const [yamlName, yaml] = await get('As YAML')
    assert.deepEqual([yamlName, yaml.toString()], ['small.yaml', small])
    const file = studio.written('small.yaml', small)
    const { digest } = JSON.parse(native('check', '--json', file))
    const [jsonName, json] = await get('As JSON')
    assert.equal(jsonName, 'small.json')
    assert.equal(JSON.parse(native('check', '--json', studio.written('other.json', json))).digest, digest)
    const [compiledName, compiled] = await get('Compiled, for pages')
    assert.equal(compiledName, 'small.leadstage')
    const same = studio.written('native.leadstage', '')
    native('compile', file, '--format', 'binary', '-o', same)
    assert.deepEqual(compiled, readFileSync(same))
  })

  it('shows the question tree that the command line prints', async () => {
    await studio.visit()
    await studio.page.getByRole('button', { name: 'Clear the lead' }).click()
    await studio.page.getByLabel('As of').fill('2026-06-15T12:00')
    await studio.page.getByLabel('Purpose of the visit', { exact: true }).selectOption('own_company')
    await studio.page.getByLabel('Industry', { exact: true }).selectOption('software')
    await studio.page.getByLabel('Kind of event').selectOption('demo_request')
    await studio.page.getByRole('button', { name: 'Add event' }).click()
    const evidence = studio.written('asked.json', JSON.stringify({
      facts: [{ attribute: 'contact.purpose', value: 'own_company', source: 'visitor' }, { attribute: 'account.industry', value: 'software', source: 'visitor' }],
      events: [{ signal: 'demo_request', at: '2026-06-15T12:00:00Z' }],
    }))
    const tree = JSON.parse(native('ask', '--tree', 'json', '--as-of', '2026-06-15T12:00:00Z', '-p', source('acme-b2b'), evidence))
    const asked = []
    const walk = (node) => {
      if (!node.ask) return
      asked.push(node.ask.attribute)
      node.branches.forEach(({ then }) => walk(then))
    }
    walk(tree)
    assert.ok(asked.length > 0)
    await studio.page.getByRole('tab', { name: 'Questions' }).click()
    await studio.page.locator('#studio-tree .question').first().waitFor()
    if (await studio.page.getByRole('button', { name: 'Open all' }).count()) await studio.page.getByRole('button', { name: 'Open all' }).click()
    await studio.page.waitForFunction((count) => document.querySelectorAll('#studio-tree .question').length === count, asked.length)
    const drawn = await studio.page.locator('#studio-tree .question').evaluateAll((shapes) => shapes.map(({ dataset }) => dataset.attribute))
    assert.deepEqual(drawn.sort(), asked.sort())
  })

  it('ends what takes too long, and typing never waits for it', async () => {
    const names = Array.from({ length: 90 }, (_, place) => `account.q${place}`)
    const rules = names.map((name, place) => ({ when: { [name]: 'a' }, points: (place * 7919) % 37 + 1 }))
    const heavy = JSON.stringify({
      leadstage: 1, name: 'heavy', version: 1,
      attributes: Object.fromEntries(names.map((name) => [name, { type: 'choice', options: ['a', 'b', 'c', 'd'], ask: { text: `About ${name}?` } }])),
      scores: { fit: { groups: [{ name: 'all', rules }] }, other: { groups: [{ name: 'all', rules: rules.map(({ when, points }) => ({ when: { [Object.keys(when)[0]]: ['b', 'c'] }, points: (points * 31) % 17 + 1 })) }] } },
      routes: [{ when: { score: { fit: { from: 420 }, other: { from: 100 } } }, then: 'sales' }, { when: { score: { other: { from: 190 } } }, then: 'call' }, { then: 'wait' }],
    }, null, 1)
    await studio.visit()
    await studio.write(heavy)
    await studio.status('No problems. heavy')
    await studio.page.getByRole('tab', { name: 'Questions' }).click()
    await studio.page.locator('#studio-tree[aria-busy="true"]').waitFor()
    await studio.page.evaluate(() => {
      let last = performance.now()
      globalThis.longest = 0
      const frame = (now) => {
        globalThis.longest = Math.max(globalThis.longest, now - last)
        last = now
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
    })
    await studio.content().click()
    await studio.page.keyboard.press('Control+End')
    await studio.page.keyboard.type('   \n\n  ', { delay: 30 })
    const longest = await studio.page.evaluate(() => globalThis.longest)
    console.log(`longest frame while typing beside a tree that takes too long: ${longest.toFixed(0)} ms`)
    assert.ok(longest < 1_000, `a frame took ${longest} ms`)
    await studio.page.locator('#studio-tree').filter({ hasText: 'The tree was stopped after 10 seconds' }).waitFor({ timeout: 40_000 })
    // The next one gets a worker of its own.
    await studio.start('acme-b2b')
    await studio.page.locator('#studio-tree .question').first().waitFor()
  })
})
