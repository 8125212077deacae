// Decides on each line of a corpus and reports every decision that is not, byte for byte, the native one.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

/** The page's own SHA-256, in hex. */
export async function sha256(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * `lines` holds cases with the expected texts (`brief`, `explained`) or, where there are very many, with
 * their hashes (`brief_sha256`, `explained_sha256`).
 */
export async function agree(Playbook, lines, hash = sha256) {
  const differences = []
  let compared = 0
  for (const line of lines.split('\n')) {
    if (line === '') continue
    const { name, playbook: base64, evidence, as_of, ...expected } = JSON.parse(line)
    try {
      const playbook = Playbook.load(bytesOf(base64))
      for (const [form, made] of [['brief', playbook.decideText(evidence, as_of)], ['explained', playbook.evaluateText(evidence, as_of)]]) {
        const same = form in expected ? made === expected[form] : (await hash(made)) === expected[`${form}_sha256`]
        if (!same) differences.push({ name, form, made: made.slice(0, 4000) })
        compared += 1
      }
    } catch (error) {
      differences.push({ name, error: String(error?.stack ?? error) })
    }
  }
  return { compared, differences }
}
