// What one can start from: playbooks that lie beside the pages, and for the first one a lead to try it on.

import { place } from '../places.js'
import { emptyLead } from './lead.js'

export const STARTS = [
  ['acme-b2b', 'Acme, business to business'],
  ['revenue-chain', 'Revenue chain'],
  ['smart-handoff', 'Smart handoff'],
  ['six-stage', 'Six stages'],
  ['nine-stage', 'Nine stages'],
  ['product-led', 'Product-led'],
]

export async function startText(name) {
  const path = `playbooks/${name}.yaml`
  const response = await fetch(place(path))
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.text()
}

const HOUR = 3_600_000

export function startLead(name, asOf) {
  const lead = emptyLead(asOf)
  if (name !== 'acme-b2b') return lead
  const said = (value) => ({ ...value, source: 'visitor' })
  lead.facts = {
    'account.industry': said({ value: 'software' }),
    'contact.department': said({ value: 'marketing' }),
  }
  lead.events = [
    { signal: 'page_view', at: asOf - 400 * HOUR, properties: { path: '/pricing' } },
    { signal: 'download', at: asOf - 380 * HOUR, properties: { journey: 'consideration', asset: 'comparison' } },
    { signal: 'page_view', at: asOf - 26 * HOUR, properties: { path: '/pricing' } },
    { signal: 'download', at: asOf - 26 * HOUR, properties: { journey: 'decision', asset: 'security-paper' } },
    { signal: 'page_view', at: asOf - 25 * HOUR, properties: { path: '/product' } },
  ]
  return lead
}
