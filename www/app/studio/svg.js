// Elements of pictures. What comes from data becomes text or a number, never markup.

const NAMESPACE = 'http://www.w3.org/2000/svg'

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NAMESPACE, tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, String(value))
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return node
}

/** A text in as few lines as its width allows, cut off after the last. */
export function wrapped(text, letters, most) {
  const lines = ['']
  for (const word of String(text).split(/\s+/)) {
    const last = lines.at(-1)
    if (last === '' || last.length + word.length < letters) lines[lines.length - 1] = last ? `${last} ${word}` : word
    else lines.push(word)
  }
  const kept = lines.slice(0, most).map((line) => (line.length > letters ? `${line.slice(0, letters - 1)}…` : line))
  if (lines.length > most) kept[most - 1] = `${kept[most - 1].replace(/…$/, '').slice(0, letters - 1)}…`
  return kept
}

/** A box in which a picture larger than it can be moved about, by keys too. */
export function frame(label, picture) {
  const box = document.createElement('div')
  box.className = 'picture'
  box.tabIndex = 0
  box.setAttribute('role', 'region')
  box.setAttribute('aria-label', label)
  box.append(picture)
  return box
}
