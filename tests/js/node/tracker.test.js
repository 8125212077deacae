import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { Tracker } from 'leadstage/tracker'
import { Store, leaving } from '../../../pkg-config/npm/tracker-store.js'

const day = 86_400_000

describe('on a server', () => {
  it('a tracker can be made, and does nothing', () => {
    const tracker = new Tracker({ playbook: '/acme.leadstage', onproblem: assert.fail })
    assert.deepEqual([tracker.consent, tracker.agree(), tracker.track('page_view'), tracker.learn('account.industry', { value: 'software' })], [null, false, false, false])
    assert.deepEqual([tracker.evidence(), tracker.decide(), tracker.sources], [{ facts: [], events: [] }, null, { first: null, latest: null }])
    tracker.withdraw()
    tracker.stop()
  })
})

describe('what goes first where there is no room', () => {
  const order = (entries) => [...leaving(Object.entries(entries))].join(' ')
  it('is what can not count any more, then the oldest of the signal that has most (of two with as many, of the one seen last), then the oldest of the rest', () => {
    assert.equal(order({
      first: { at: 1, touch: {} }, middle: { at: 4, touch: {} }, last: { at: 9, touch: {} },
      oldIndustry: { at: 2, attribute: 'account.industry' }, industry: { at: 7, attribute: 'account.industry' },
      guessed: { at: 3, attribute: 'account.industry', source: 'inferred' }, untouched: { at: 8, attribute: 'account.industry', default: true },
      viewA: { at: 2, signal: 'page_view' }, viewB: { at: 5, signal: 'page_view' }, viewC: { at: 6, signal: 'page_view' },
      demo: { at: 1, signal: 'demo_request' }, bot: { at: 9, signal: 'demo_request', automated: true },
    }), 'bot middle oldIndustry viewA viewB viewC demo first guessed industry untouched last')
  })
})

/** So many numbers from 0 to 1, the same for the same seed. */
function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A browser whose tabs hear of each other late: a write is seen at once by the tab that made it, by the others when `deliver` is
 * called, and until a tab's own write is through it sees its own.
 */
function browser(limits) {
  const log = []
  const tabs = []
  function open() {
    const view = new Map(tabs.length ? [...tabs[0].view] : [])
    const listeners = []
    const pending = new Map()
    const write = (key, newValue) => {
      if (newValue === null ? !view.delete(key) : view.get(key) === newValue) return
      if (newValue !== null) view.set(key, newValue)
      pending.set(key, (pending.get(key) ?? 0) + 1)
      log.push({ from: tab, key, newValue })
    }
    const acts = {
      getItem: (key) => view.get(key) ?? null,
      setItem: (key, value) => write(key, String(value)),
      removeItem: (key) => write(key, null),
    }
    const storage = new Proxy(acts, {
      ownKeys: () => [...view.keys()],
      getOwnPropertyDescriptor: (_, key) => (view.has(key) ? { value: view.get(key), enumerable: true, configurable: true } : undefined),
    })
    const tab = {
      stop: () => stop.abort(),
      view,
      heard: log.length,
      withdrawals: log.filter(({ key, newValue }) => key.endsWith(':consent') && newValue === null).length,
      deliver() {
        const { from, key, newValue } = log[tab.heard]
        tab.heard += 1
        if (key.endsWith(':consent') && newValue === null) tab.withdrawals += 1
        if (from === tab) return void pending.set(key, pending.get(key) - 1)
        if (!pending.get(key)) newValue === null ? view.delete(key) : view.set(key, newValue)
        for (const listener of listeners) listener({ key, newValue, storageArea: storage })
      },
      ids: () => [...tab.store].map(([id]) => id).sort(),
    }
    Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true, writable: true })
    const stop = new AbortController()
    globalThis.addEventListener = (type, act) => type === 'storage' && listeners.push(act)
    tab.store = new Store('test', limits, { added() {}, lost() {}, agreed() {}, forgot() {} }, stop.signal)
    delete globalThis.addEventListener
    tab.store.read()
    tabs.push(tab)
    return tab
  }
  return { open, log, tabs }
}

describe('tabs that hear of each other late', () => {
  const limits = { entries: 10_000, characters: 1e7, keep: day }
  const { now } = Date
  let clock = 0
  afterEach(() => {
    Date.now = now
  })

  function run(seed, withdrawing) {
    const { open, log, tabs } = browser(limits)
    const chance = random(seed)
    const added = []
    clock = seed * day
    Date.now = () => clock
    open()
    for (let step = 0; step < 80; step += 1) {
      clock += 1
      const tab = tabs[Math.floor(chance() * tabs.length)]
      const what = chance()
      if (what < 0.5) {
        for (let times = chance() * 5; times > 0 && tab.heard < log.length; times -= 1) tab.deliver()
      } else if (what < 0.6) tab.store.agree({ personal: false, despite: false })
      else if (what < 0.64 && withdrawing) {
        tab.store.forget()
      } else if (what < 0.67 && tabs.length < 4) {
        // A new tab sees what the browser knows.
        while (tabs[0].heard < log.length) tabs[0].deliver()
        open()
      } else if (tab.store.consent) {
        const id = `e${step}`
        if (tab.store.add({ signal: 'page_view', at: Date.now() }, id)) added.push({ id, tab, withdrawals: tab.withdrawals, place: log.length })
      }
    }
    for (let left = true; left;) {
      left = false
      for (const tab of tabs) {
        if (tab.heard < log.length) {
          tab.deliver()
          left = true
        }
      }
    }
    return { log, tabs, added }
  }

  it('lose nothing and double nothing', () => {
    let events = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const { tabs, added } = run(seed, false)
      const wanted = added.map(({ id }) => id).sort()
      for (const tab of tabs) assert.deepEqual(tab.ids(), wanted, `seed ${seed}`)
      events += wanted.length
    }
    assert.ok(events > 3_000, String(events))
  })

  it('agree in the end, keep nothing after a withdrawal, and lose nothing that came after the last', () => {
    let emptied = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const { log, tabs, added } = run(seed, true)
      const [first, ...others] = tabs
      for (const tab of others) {
        assert.deepEqual(tab.ids(), first.ids(), `seed ${seed}`)
        assert.deepEqual([...tab.view.keys()].sort(), [...first.view.keys()].sort(), `seed ${seed}`)
      }
      const consents = log.filter(({ key }) => key.endsWith(':consent'))
      const withdrawals = consents.filter(({ newValue }) => newValue === null).length
      if (consents.at(-1)?.newValue === null) {
        assert.deepEqual([...first.view.keys()], [], `seed ${seed}`)
        emptied += 1
      } else {
        const kept = new Set(first.ids())
        const late = added.filter((event) => event.withdrawals === withdrawals && log.findLastIndex(({ key, newValue }) => key.endsWith(':consent') && newValue === null) < event.place)
        for (const { id } of late) assert.ok(kept.has(id), `seed ${seed}: ${id}`)
      }
    }
    assert.ok(emptied > 10, String(emptied))
  })
})

describe('storage that holds other things', () => {
  it('is read without harm, and what is foreign goes', () => {
    const { open } = browser({ entries: 100, characters: 10_000, keep: day })
    const tab = open()
    const now = Date.now()
    tab.store.agree({})
    for (const [key, value] of Object.entries({
      'test:a': 'not JSON', 'test:b': 'null', 'test:c': '[]', 'test:d': '{"at":"yesterday"}', 'test:e': `{"at":${now - 2 * day},"signal":"old"}`,
      'test:f': `{"at":${now - 1},"signal":"before"}`, 'test:g': `{"at":${now + 5},"signal":"good"}`, 'other:h': 'of another',
    })) localStorage.setItem(key, value)
    tab.store.consent.at = now
    localStorage.setItem('test:consent', JSON.stringify(tab.store.consent))
    tab.store.read()
    assert.deepEqual(tab.ids(), ['g'])
    assert.deepEqual([...tab.view.keys()].sort(), ['other:h', 'test:consent', 'test:g'])
  })

  it('is emptied of what has no consent', () => {
    const tab = browser({ entries: 100, characters: 10_000, keep: day }).open()
    localStorage.setItem('test:late', `{"at":${Date.now()},"signal":"page_view"}`)
    tab.store.read()
    assert.deepEqual([tab.ids(), [...tab.view.keys()]], [[], []])
  })

  it('that is forbidden is replaced by memory, which has the same bounds', () => {
    Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError') }, configurable: true })
    const stop = new AbortController()
    globalThis.addEventListener = () => {}
    const store = new Store('memory', { entries: 100, characters: 10_000, keep: day }, { added() {}, lost() {}, agreed() {}, forgot() {} }, stop.signal)
    delete globalThis.addEventListener
    store.read()
    store.agree({})
    store.add({ signal: 'demo_request', at: Date.now() }, 'demo')
    for (let place = 0; place < 1_000; place += 1) store.add({ signal: 'constructor', at: Date.now() + place }, `v${place}`)
    const ids = [...store].map(([id]) => id)
    assert.ok(ids.length > 80 && ids.length <= 100, String(ids.length))
    assert.ok(ids.includes('demo') && ids.includes('v999'))
    assert.equal(store.persistent, false)
    stop.abort()
  })

  it('that is full loses the older for the newer, and nothing while there is memory', () => {
    const { open } = browser({ entries: 100, characters: 10_000, keep: day })
    const tab = open()
    tab.store.agree({})
    for (let place = 0; place < 5; place += 1) tab.store.add({ signal: 'page_view', at: Date.now() + place }, `v${place}`)
    tab.store.add({ signal: 'demo_request', at: Date.now() }, 'demo')
    assert.equal(tab.store.persistent, true)
    // From now on there is room for nothing but what is freed.
    let free = 0
    const { setItem, removeItem } = localStorage
    localStorage.removeItem = (key) => {
      free += key.length + (localStorage.getItem(key)?.length ?? 0)
      removeItem(key)
    }
    localStorage.setItem = (key, value) => {
      if (key.length + value.length > free) throw new DOMException('full', 'QuotaExceededError')
      free -= key.length + value.length
      setItem(key, value)
    }
    for (let place = 5; place < 12; place += 1) tab.store.add({ signal: 'page_view', at: Date.now() + place }, `v${place}`)
    assert.equal(tab.store.persistent, true)
    assert.ok(tab.ids().includes('demo'))
    assert.ok(tab.ids().includes('v11') && !tab.ids().includes('v0'))
    localStorage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    tab.store.add({ signal: 'page_view', at: Date.now() + 20 }, 'held')
    assert.equal(tab.store.persistent, false)
    assert.ok(tab.ids().includes('held'))
    tab.stop()
  })
})
