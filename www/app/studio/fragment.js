// The state of the page in the fragment of its address: JSON, deflated, in the letters that a URL takes.

/** Longer links get lost in mails and chats, and some browsers refuse them. */
export const LONGEST = 32_000
/** A link may come from anywhere; what it unpacks to is limited. */
const MOST = 8 << 20
const MARK = 's1.'

async function through(bytes, stream) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > MOST) {
      await reader.cancel()
      throw new Error('it unpacks to more than a playbook can be')
    }
    parts.push(value)
  }
  const all = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const toLetters = (bytes) => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const fromLetters = (letters) => Uint8Array.from(atob(letters.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))

/** The fragment for a state, without `#`. */
export async function pack(state) {
  const packed = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream('deflate-raw'))
  return MARK + toLetters(packed)
}

/** The state of a fragment; null where it holds none, and an error where it can't be read. */
export async function unpack(fragment) {
  if (!fragment.startsWith(MARK)) return null
  let state
  try {
    state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await through(fromLetters(fragment.slice(MARK.length)), new DecompressionStream('deflate-raw'))))
  } catch (error) {
    throw new Error(`This link can’t be read: ${error.message}`)
  }
  if (!sound(state)) throw new Error('This link can’t be read: it holds something else than a playbook and a lead')
  return state
}

function sound(state) {
  if (state === null || typeof state !== 'object' || typeof state.text !== 'string' || !['yaml', 'json'].includes(state.format)) return false
  const { facts, events, asOf } = state.lead ?? {}
  return facts !== null && typeof facts === 'object' && !Array.isArray(facts) && Array.isArray(events) && Number.isSafeInteger(asOf)
    && events.every((event) => event !== null && typeof event === 'object' && typeof event.signal === 'string')
}
