import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { after, afterEach, before, describe, it } from 'node:test'
import { engines, files } from '../support/browsers.js'
import { openPage } from '../support/pages.js'
import { playbook, writePlaybooks } from '../support/tracked.js'

const minute = 60_000

before(writePlaybooks)

for (const { name: engineName, program, open } of engines) {
  describe(`the tracker in ${engineName}`, { timeout: 10 * minute }, () => {
    let engine
    let pages = []
    let number = 0
    before(async () => {
      engine = await open(program)
    }, { timeout: minute })
    after(() => engine?.close())
    afterEach(async () => {
      for (const page of pages) {
        assert.deepEqual(await page.run(() => window.errors ?? []), [], 'errors in the page')
        await page.close()
      }
      pages = []
    })

    /** A new name is a new visitor. */
    const visitor = () => `test-${(number += 1)}`
    const address = (name, query = '') => `${files}/pages/track.html?human&name=${name}${query}`
    async function visit(name, query = '', given) {
      const page = given ?? (await openPage(engine))
      if (!given) pages.push(page)
      await page.goto(query.startsWith('http') ? query : address(name, query))
      await page.until(() => document.documentElement.dataset.outcome)
      return page
    }
    const agreed = async (page, button = '#agree') => {
      await page.click(button)
      await page.until(() => tracker.playbook !== null)
      return page
    }
    const signals = (page) => page.run(() => tracker.evidence().events.map(({ signal, properties }) => [signal, ...Object.values(properties)].join(' ')))
    const facts = (page) => page.run(() => tracker.evidence().facts)
    const kept = (page, name) => page.run((prefix) => Object.keys(localStorage).filter((key) => key.startsWith(`${prefix}:`)).length, name)
    const counts = (page, amount) => page.until((wanted) => tracker.evidence().events.length === wanted, amount)
    const intent = (page) => page.run(() => tracker.decide().scores.intent.value)

    it('stores, counts and requests nothing before a yes, nor after a no', async () => {
      const name = visitor()
      const page = await visit(name)
      await page.click('#to-pricing')
      await page.click('#call')
      await page.click('#paper')
      await wait(100)
      const state = () => page.run(() => [tracker.consent, tracker.evidence(), tracker.decide(), requests(), document.cookie])
      assert.deepEqual(await state(), [null, { facts: [], events: [] }, null, [], ''])
      assert.equal(await kept(page, name), 0)
      await page.run(() => tracker.withdraw())
      await page.click('#call')
      assert.equal((await state())[0], 'no')
      assert.equal(await kept(page, name), 0)
      assert.equal(await page.run(() => tracker.track('call')), false)
      await agreed(page)
      await counts(page, 1)
      assert.deepEqual(await signals(page), ['page_view /pages/pricing'], 'only from the yes on')
    })

    it('counts the pages of a single-page app once each', async () => {
      const page = await agreed(await visit(visitor()))
      await page.click('#to-pricing')
      await counts(page, 2)
      await page.click('#same')
      await page.click('#to-product')
      await counts(page, 3)
      await page.back()
      await counts(page, 4)
      await page.click('#to-part')
      await wait(200)
      assert.deepEqual(await signals(page), ['page_view /pages/track.html', 'page_view /pages/pricing', 'page_view /pages/product', 'page_view /pages/pricing'])
      assert.equal(await intent(page), 20)
      const paged = await agreed(await visit(visitor(), '&hash'))
      await paged.click('#to-part')
      await counts(paged, 2)
      assert.deepEqual(await signals(paged), ['page_view /pages/track.html', 'page_view /pages/track.html#part'])
    })

    it('counts marked clicks and downloads, by mouse and by key', async () => {
      const page = await agreed(await visit(visitor()))
      await page.click('#call-inside')
      await page.run(() => document.querySelector('#call').focus())
      await page.press('Enter')
      await page.click('#paper')
      await page.click('#plain-link')
      await page.click('#unknown')
      await page.until(() => problems.length === 2)
      await counts(page, 4)
      assert.deepEqual(await signals(page), ['page_view /pages/track.html', 'call header 2', 'call header 2', 'download decision'])
      assert.equal(await intent(page), 14)
      assert.deepEqual(await page.run(() => problems), ['unknown_name', 'unknown_name'], 'an undeclared property and an undeclared signal are told')
      await page.run(() => document.querySelector('#call').click())
      assert.equal(await page.run(() => tracker.evidence().events.at(-1).automated), true, 'a script clicked')
      assert.equal(await intent(page), 14)
    })

    it('learns what a form says, and what nobody touched does not count', async () => {
      const page = await agreed(await visit(visitor()))
      await page.click('#send')
      assert.deepEqual(await facts(page), [], 'the form is not complete')
      await page.type('#mail', 'ada@example.com')
      await page.type('#seats', '12')
      await page.run(() => document.querySelector('#industry').focus())
      await page.press('ArrowDown')
      await page.press('ArrowDown')
      await page.click('#events')
      await page.click('#soon')
      await page.click('#send')
      await counts(page, 2)
      const said = Object.fromEntries((await facts(page)).map(({ attribute, at, ...known }) => [attribute, known]))
      assert.deepEqual(said, {
        'account.industry': { value: 'software' },
        'account.region': { value: 'europe', default: true },
        'account.channels': { value: ['events'] },
        'deal.seats': { value: 12 },
        'deal.trial': { value: false, default: true },
        'deal.timeline': { value: 'soon' },
      }, 'no address, for nobody agreed to that')
      const { scores, set_aside } = await page.run(() => tracker.decide())
      assert.equal(scores.fit.value, 20)
      assert.equal(scores.intent.value, 50)
      assert.deepEqual(set_aside.facts.map(({ attribute, why }) => [attribute, why]), [['account.region', 'default'], ['deal.trial', 'default']])
    })

    it('keeps personal attributes with consent to that, and only so long', async () => {
      const name = visitor()
      const page = await agreed(await visit(name, '&gclid=abc123&utm_source=letter'), '#agree-personal')
      await page.type('#mail', 'ada@example.com')
      await page.click('#send')
      await counts(page, 2)
      const mail = (list) => list.find(({ attribute }) => attribute === 'contact.email')?.value
      assert.equal(mail(await facts(page)), 'ada@example.com')
      assert.equal(await page.run(() => tracker.sources.first.gclid), 'abc123')
      await page.click('#agree')
      await page.until(() => !tracker.personal)
      assert.equal(mail(await facts(page)), undefined)
      assert.equal(await page.run(() => /ada@example|abc123/.test(JSON.stringify(localStorage))), false)
      assert.equal(await page.run(() => tracker.sources.first.click), 'gclid')
    })

    it('learns from a field without a form at once', async () => {
      const page = await agreed(await visit(visitor()))
      await page.run(() => document.querySelector('#alone').focus())
      await page.press('ArrowDown')
      await page.until(() => tracker.evidence().facts.length > 0)
      assert.deepEqual((await facts(page)).map(({ attribute, value }) => [attribute, value]), [['account.crm', 'salesforce']])
    })

    it('notes how far and how long a page was read, where it is asked to', async () => {
      const page = await agreed(await visit(visitor(), '&scroll=50,90&dwell=1,2'))
      await page.front()
      await page.wheel(2600)
      await page.until(() => tracker.evidence().events.some(({ signal }) => signal === 'scroll'))
      await page.until(() => tracker.evidence().events.filter(({ signal }) => signal === 'dwell').length === 2)
      const seen = await signals(page)
      assert.deepEqual(seen.filter((text) => text.startsWith('scroll')), ['scroll 50'])
      assert.deepEqual(seen.filter((text) => text.startsWith('dwell')), ['dwell 1', 'dwell 2'])
    })

    it('survives a reload, and decides as a server would', async () => {
      const page = await agreed(await visit(visitor()))
      await page.click('#call')
      await counts(page, 2)
      await page.reload()
      await page.until(() => window.tracker?.playbook)
      await counts(page, 3)
      const { evidence, text, asOf } = await page.run(() => {
        const asOf = Date.now()
        return { evidence: tracker.evidence(), text: tracker.session.explainText(asOf), asOf }
      })
      assert.equal(playbook().evaluateText(evidence, asOf), text)
      assert.equal(new Set(evidence.events.map(({ id }) => id)).size, 3)
    })

    it('goes on where a visitor comes back to a page, and forgets where they withdrew meanwhile', async () => {
      const name = visitor()
      const page = await agreed(await visit(name))
      await page.click('#away')
      await page.until(() => location.pathname.endsWith('elsewhere.html'))
      await page.back()
      await page.until(() => window.tracker?.playbook)
      await counts(page, 2)
      await page.click('#away')
      await page.until(() => location.pathname.endsWith('elsewhere.html'))
      const other = await visit(name)
      await other.click('#withdraw')
      await page.front()
      await page.back()
      await page.until(() => window.tracker && tracker.consent !== 'yes')
      await page.click('#call')
      assert.deepEqual(await page.run(() => tracker.evidence()), { facts: [], events: [] })
      assert.equal(await kept(page, name), 0)
    })

    it('neither loses nor doubles anything in two tabs at once', async () => {
      const name = visitor()
      const one = await agreed(await visit(name))
      const other = await visit(name)
      await other.until(() => tracker.consent === 'yes' && tracker.playbook)
      await counts(one, 2)
      const burst = () => {
        for (let times = 0; times < 100; times += 1) tracker.track('call', { place: 'burst', rank: 1 })
      }
      await Promise.all(engine.ask ? [one.run(burst).then(() => other.run(burst))] : [one.run(burst), other.run(burst)])
      await one.click('#call')
      await other.click('#paper')
      for (const page of [one, other]) await counts(page, 204)
      const ids = (page) => page.run(() => tracker.evidence().events.map(({ id }) => id).sort())
      assert.deepEqual(await ids(one), await ids(other))
      assert.equal(new Set(await ids(one)).size, 204)
      const asOf = Date.now() + minute
      const decided = await other.run((at) => [tracker.evidence(), tracker.session.explainText(at)], asOf)
      assert.equal(playbook().evaluateText(decided[0], asOf), decided[1])
      const third = await visit(name)
      await third.until(() => tracker.playbook)
      await counts(third, 205)
    })

    it('deletes everything in every tab on withdrawal, and counts anew only after another yes', async () => {
      const name = visitor()
      const one = await agreed(await visit(name))
      const other = await visit(name)
      await other.until(() => tracker.consent === 'yes' && tracker.playbook)
      await one.click('#call')
      await counts(other, 3)
      await one.click('#withdraw')
      for (const page of [one, other]) {
        await page.until(() => tracker.consent === 'no')
        await page.click('#call')
        assert.deepEqual(await page.run(() => tracker.evidence()), { facts: [], events: [] })
        assert.equal(await kept(page, name), 0)
      }
      assert.equal(await one.run(() => tracker.sources.first), null)
      await other.front()
      await other.click('#agree')
      await one.front()
      for (const page of [one, other]) await counts(page, 2)
    })

    it('forgets what was stored where the browser says no', async () => {
      for (const [signal, query] of [['gpc', '&gpc'], ['dnt', '&dnt']]) {
        const name = visitor()
        const page = await agreed(await visit(name))
        assert.ok((await kept(page, name)) > 0)
        await visit(name, query, page)
        assert.deepEqual(await page.run(() => [tracker.optOut, tracker.consent]), [signal, 'no'])
        assert.equal(await kept(page, name), 0)
        await page.click('#agree')
        assert.equal(await page.run(() => tracker.consent), 'no')
        assert.equal(await kept(page, name), 0)
        assert.deepEqual(await page.run(() => requests()), [])
        assert.equal(await page.run(() => tracker.agree({ despite: true })), true, 'but a person may say yes all the same')
        await visit(name, query, page)
        assert.equal(await page.run(() => tracker.consent), 'yes')
      }
    })

    it('works in memory where storage is forbidden, and tells the other tabs', async () => {
      const name = visitor()
      const one = await agreed(await visit(name, '&forbidden'))
      await one.click('#call')
      await counts(one, 2)
      assert.equal(await one.run(() => tracker.persistent), false)
      const other = await visit(name, '&forbidden')
      await other.until(() => tracker.consent === 'yes' && tracker.playbook)
      await counts(other, 3)
      await counts(one, 3)
      await other.click('#withdraw')
      await one.until(() => tracker.consent === 'no')
      const alone = await agreed(await visit(name, '&forbidden&deaf'))
      await alone.click('#call')
      await counts(alone, 2)
    })

    it('works on where storage is full', async () => {
      const name = visitor()
      const page = await agreed(await visit(name, '&fill'))
      await page.click('#call')
      await counts(page, 2)
      assert.equal(await page.run(() => tracker.persistent), false)
      await page.run(() => Object.keys(localStorage).filter((key) => key.startsWith('filling')).forEach((key) => localStorage.removeItem(key)))
      await page.click('#call')
      await counts(page, 3)
      assert.equal(await page.run(() => tracker.persistent), true, 'what was held is stored as soon as there is room')
      await visit(name, '', page)
      await page.until(() => tracker.playbook)
      await counts(page, 4)
    })

    it('keeps within its size, and keeps what is rare', async () => {
      const name = visitor()
      const page = await agreed(await visit(name, '&most=40'))
      await page.run(() => {
        tracker.track('demo_request')
        for (let times = 0; times < 500; times += 1) tracker.track('call', { rank: times })
      })
      assert.ok((await kept(page, name)) <= 41)
      const events = await page.run(() => tracker.evidence().events)
      assert.ok(events.length >= 30 && events.length <= 40, String(events.length))
      assert.ok(events.some(({ signal }) => signal === 'demo_request'))
      assert.equal(events.at(-1).properties.rank, 499)
    })

    it('marks as automated what a driver does, and what nobody seems to be behind', async () => {
      const driven = await agreed(await visit(visitor(), `${files}/pages/track.html?name=${visitor()}`))
      assert.equal(await driven.run(() => tracker.evidence().events.every(({ automated }) => automated)), true)
      assert.equal(await driven.run(() => tracker.automated), true)
      const page = await visit(visitor())
      await page.run(() => tracker.agree())
      await page.until(() => tracker.playbook)
      await page.run(() => tracker.track('demo_request'))
      assert.equal(await intent(page), 0, 'no hand was seen so far')
      await page.press('Tab')
      await page.until(() => !tracker.automated)
      assert.equal(await intent(page), 50, 'it was a person after all')
    })

    it('tells a dataLayer, once, and not what other tabs do', async () => {
      const name = visitor()
      const page = await agreed(await visit(name, '&layer'))
      const other = await visit(name)
      await other.until(() => tracker.playbook)
      await counts(page, 2)
      await page.click('#call')
      await counts(page, 3)
      const told = await page.run(() => dataLayer)
      assert.deepEqual(told.map(({ event }) => event), ['leadstage_page_view', 'leadstage_call'])
      assert.deepEqual(told[1].leadstage.properties, { place: 'header', rank: 2 })
    })

    it('goes on with a newer playbook without losing the visitor', async () => {
      const page = await agreed(await visit(visitor()))
      await page.click('#to-pricing')
      await counts(page, 2)
      assert.equal(await intent(page), 10)
      const version = await page.run(async () => {
        const response = await fetch('track-2.leadstage')
        const { Playbook } = await import('../npm/leadstage/visitor.js')
        tracker.use(Playbook.load(new Uint8Array(await response.arrayBuffer())))
        return tracker.playbook.version
      })
      assert.equal(version, 2)
      assert.equal(await intent(page), 20)
      await counts(page, 2)
    })

    it('deletes what a newer playbook calls personal, and learns it with consent to that only', async () => {
      const page = await agreed(await visit(visitor()))
      const seats = (amount) => page.run((value) => tracker.learn('deal.seats', { value }), amount)
      const stored = () => page.run(() => Object.values(localStorage).some((text) => text.includes('deal.seats')))
      assert.equal(await seats(5), true)
      await page.until(() => Object.values(localStorage).some((text) => text.includes('deal.seats')))
      assert.deepEqual((await facts(page)).map(({ attribute, value }) => [attribute, value]), [['deal.seats', 5]])
      await page.run(async () => {
        const response = await fetch('track-2.leadstage')
        const { Playbook } = await import('../npm/leadstage/visitor.js')
        tracker.use(Playbook.load(new Uint8Array(await response.arrayBuffer())))
      })
      assert.deepEqual(await page.run(() => tracker.playbook.personal), ['contact.email', 'deal.seats'])
      assert.deepEqual(await facts(page), [])
      assert.equal(await stored(), false)
      assert.equal(await seats(6), false)
      await page.click('#agree-personal')
      assert.equal(await seats(7), true)
      assert.deepEqual((await facts(page)).map(({ value }) => value), [7])
    })

    it('knows the first source and the latest', async () => {
      const name = visitor()
      const page = await agreed(await visit(name, '&utm_source=letter&utm_campaign=spring&gclid=abc123'))
      const { first } = await page.run(() => tracker.sources)
      assert.equal(first.utm_source, 'letter')
      assert.deepEqual([first.click, first.gclid], ['gclid', undefined], 'the id itself only with consent to what is personal')
      await page.reload()
      await page.until(() => window.tracker?.playbook)
      await visit(name, '', page)
      await page.until(() => tracker.playbook)
      assert.equal((await page.run(() => tracker.sources)).latest.at, first.at, 'reloading and coming directly change nothing')
      await visit(name, '&utm_source=paper', page)
      await page.until(() => tracker.playbook)
      const sources = await page.run(() => tracker.sources)
      assert.deepEqual([sources.first.utm_source, sources.latest.utm_source], ['letter', 'paper'])
      assert.deepEqual((await facts(page)).map(({ attribute, value }) => [attribute, value]), [['account.first_source', 'letter']])
    })

    it('breaks nothing where its owner errs', async () => {
      const page = await visit(visitor(), '&broken&playbook=missing.leadstage')
      await page.click('#agree')
      await page.click('#to-pricing')
      await page.click('#call')
      await page.type('#mail', 'ada@example.com')
      await page.click('#send')
      await page.until(() => problems.length > 2)
      assert.equal(await page.run(() => location.pathname), '/pages/pricing')
      assert.equal(await page.run(() => tracker.decide()), null)
    })
  })
}
