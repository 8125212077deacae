// The playbook of the pages that are tracked in tests, in two versions.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Playbook, compile } from 'leadstage'
import { dist } from './dist.js'

const document = (version) => ({
  leadstage: 1, name: 'tracked', version,
  attributes: {
    'account.industry': { type: 'choice', options: ['retail', 'software'] },
    'account.employees': { type: 'number', whole: true, min: 1 },
    'account.region': { type: 'choice', options: ['europe', 'other'] },
    'account.channels': { type: 'choices', options: ['events', 'advertising'] },
    'account.crm': { type: 'choice', options: ['salesforce', 'none'] },
    'account.first_source': { type: 'text' },
    'account.referrer': { type: 'text' },
    'contact.email': { type: 'text', personal: true },
    'deal.seats': { type: 'number', personal: version === 2 },
    'deal.trial': { type: 'boolean' },
    'deal.timeline': { type: 'choice', options: ['soon', 'later'] },
  },
  signals: {
    page_view: { properties: { path: 'text' } },
    download: { properties: { journey: ['awareness', 'decision'] } },
    demo_request: {},
    call: { properties: { place: 'text', rank: 'number' } },
    scroll: { properties: { percent: 'number' } },
    dwell: { properties: { seconds: 'number' } },
  },
  scores: {
    fit: { groups: [{ name: 'company', rules: [
      { when: { 'account.industry': 'software' }, points: 20 },
      { when: { 'account.region': 'europe' }, points: 5 },
    ] }] },
    intent: { groups: [{ name: 'pages', rules: [
      { signal: 'page_view', where: { path: '*pricing' }, points: 10 * version },
      { signal: 'call', where: { rank: { from: 2 } }, points: 7 },
      { signal: 'demo_request', points: 50 },
    ] }] },
  },
})

/** The first version, as the pages load it. */
export const playbook = () => Playbook.load(new Uint8Array(readFileSync(join(dist, 'pages/track.leadstage'))))

/** Another test may be reading them, so what is there already stays untouched. */
export function writePlaybooks() {
  mkdirSync(join(dist, 'pages'), { recursive: true })
  for (const version of [1, 2]) {
    const file = join(dist, `pages/track${version === 1 ? '' : '-2'}.leadstage`)
    const bytes = compile(document(version))
    if (!existsSync(file) || !readFileSync(file).equals(bytes)) writeFileSync(file, bytes)
  }
}
