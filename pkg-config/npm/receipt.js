// A receipt: what a page sends so that a server can check the decision that it showed.
import { fail, instant, only, plain } from './border.js'

const CHALLENGE = /^lsc1\.[\w-]{1,64}\.[\w-]{128}$/

/** Which attributes may leave: with consent all, else those that neither the playbook nor the page calls personal. */
const leaving = (playbook, personal, agreed) => (attribute) =>
  agreed === true || !(playbook.personal.includes(attribute) || (personal?.includes(attribute) ?? String(attribute).startsWith('contact.')))

/** The facts without those on attributes that may not leave the browser. */
const cleared = (facts, may) =>
  typeof facts !== 'object' ? facts : Array.isArray(facts) ? facts.filter((fact) => may(fact?.attribute))
    : Object.fromEntries(Object.entries(facts).filter(([attribute]) => may(attribute)))

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

export function withheld(playbook, { evidence = {}, personal, agreed = false }) {
  const { facts = {} } = only(plain(evidence), null, '')
  const names = Array.isArray(facts) ? facts.map((fact) => fact?.attribute) : Object.keys(Object(facts))
  const may = leaving(playbook, personal, agreed)
  return [...new Set(names)].filter((name) => !may(name)).sort()
}

export async function receipt(playbook, { challenge, evidence = {}, asOf = Date.now(), personal, agreed = false }) {
  if (!CHALLENGE.test(challenge)) fail('bad_value', '/challenge', 'expected a challenge', 'ask the server for one')
  const { subtle } = globalThis.crypto ?? {}
  if (!subtle) fail('unavailable', '', '`crypto.subtle` is missing', 'serve the page over https')
  const at = instant(asOf, '/asOf')
  // Whose record it is, the server knows from elsewhere.
  const { id, as_of, facts, ...sent } = only(plain(evidence), null, '')
  if (facts) sent.facts = cleared(facts, leaving(playbook, personal, agreed))
  const decision = playbook.decideText(sent, at)
  const text = `{"receipt":1,"challenge":"${challenge}","as_of":${at},"evidence":${JSON.stringify(sent)},"decision":${decision}`
  return `${text},"seal":"${hex(await subtle.digest('SHA-256', new TextEncoder().encode(text)))}"}`
}
