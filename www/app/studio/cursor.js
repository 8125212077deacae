// Where in a playbook a place of its text is: on which path, and whether a key or a value stands there. It reads the
// text up to there only, so it works while somebody is typing, when no parser could make anything of the whole.

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>'"%@`{}[\],?:-](?:[^:#]|:(?=\S)|(?<=\S)#)*?|[?:-](?=\S)(?:[^:#]|:(?=\S))*?)\s*:(?=\s|$)/
const unquoted = (text) => text.trim().replace(/^(["'])([\s\S]*?)\1?$/, '$2')

class Frame {
  keys = []
  values = {}
  key = null
  index = 0
  constructor(kind, column = -1) {
    this.kind = kind
    this.column = column
  }

  name(key) {
    this.key = key
    this.keys.push(key)
  }

  get step() {
    return this.kind === 'list' ? this.index : this.key
  }
}

/** Reads brackets from a place on; stops where they are closed or the text ends. */
class Flow {
  frames = []
  /** Where the word begins that is not ended yet, and whether it is quoted. */
  from = 0
  quote = null
  colon = false

  get top() {
    return this.frames.at(-1)
  }

  /** Gives the place after the last bracket, or -1 where the text ends first. */
  read(text, at) {
    let word = ''
    this.from = at
    for (; at < text.length; at += 1) {
      const letter = text[at]
      if (this.quote) {
        if (letter === '\\' && this.quote === '"') word += text[at++] ?? ''
        if (letter === this.quote) this.quote = null
        word += text[at] ?? ''
        continue
      }
      if (letter === '"' || letter === "'") {
        if (word.trim() === '') {
          this.quote = letter
          this.from = at
          word = letter
          continue
        }
      }
      if (letter === '#' && /\s/.test(text[at - 1] ?? ' ')) {
        const end = text.indexOf('\n', at)
        if (end < 0) return -1
        at = end
        continue
      }
      if (letter === '{' || letter === '[') {
        this.frames.push(new Frame(letter === '{' ? 'map' : 'list'))
        this.colon = false
        word = ''
        this.from = at + 1
      } else if (letter === '}' || letter === ']') {
        this.#value(word)
        this.frames.pop()
        word = ''
        this.from = at + 1
        this.colon = this.top?.kind === 'map'
        if (this.frames.length === 0) return at + 1
      } else if (letter === ',') {
        this.#value(word)
        if (this.top?.kind === 'list') this.top.index += 1
        this.colon = false
        word = ''
        this.from = at + 1
      } else if (letter === ':' && this.top?.kind === 'map' && !this.colon && (/^[\s"'{[]?$/.test(text[at + 1] ?? '') || /["']$/.test(word.trim()))) {
        this.top.name(unquoted(word))
        this.colon = true
        word = ''
        this.from = at + 1
      } else word += letter
    }
    return -1
  }

  #value(word) {
    if (this.top?.kind === 'map' && this.colon) this.top.values[this.top.key] = unquoted(word)
  }
}

/** How a place inside of brackets is told. */
function inFlow(text, pos, around, flow) {
  const frames = [...around, ...flow.frames]
  const top = flow.top
  const skipped = /^\s*/.exec(text.slice(flow.from, pos))[0].length
  const from = flow.from + skipped
  const isKey = top.kind === 'map' && !flow.colon
  return { frames, isKey, from, typed: text.slice(from, pos), flow: true }
}

function json(text, pos) {
  const flow = new Flow()
  const begin = /^\s*/.exec(text)[0].length
  if (begin >= pos || flow.read(text.slice(0, pos), begin) !== -1) return null
  return inFlow(text, pos, [], flow)
}

function yaml(text, pos) {
  const frames = []
  let scalar = -1
  let at = 0
  while (at <= pos) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const here = pos <= end
    const line = text.slice(at, here ? pos : end)
    const indent = /^ */.exec(line)[0].length
    const blank = line.trim() === '' || line.trimStart().startsWith('#')
    // The lines of a text written with `|` or `>`.
    if (scalar >= 0 && (blank || indent > scalar)) {
      if (here && (indent > scalar || line.trim() !== '')) return null
      if (!here) {
        at = end + 1
        continue
      }
    }
    if (!blank || here) scalar = -1
    if (blank) {
      if (here) return line.includes('#') ? null : { frames: above(frames, indent), isKey: true, bare: true, from: pos, typed: '', flow: false, column: indent }
      at = end + 1
      continue
    }
    let column = indent
    let rest = line.slice(column)
    while (/^-(\s|$)/.test(rest)) {
      while (frames.length && (frames.at(-1).column > column)) frames.pop()
      const top = frames.at(-1)
      if (top?.kind === 'list' && top.column === column) top.index += 1
      else frames.push(new Frame('list', column))
      const step = /^-\s*/.exec(rest)[0].length
      column += step
      rest = rest.slice(step)
    }
    if (rest === '') {
      if (here) return { frames: [...frames], isKey: true, bare: true, from: pos, typed: '', flow: false, column }
      at = end + 1
      continue
    }
    const named = KEY.exec(rest)
    if (named) {
      while (frames.length && (frames.at(-1).column > column || (frames.at(-1).column === column && frames.at(-1).kind === 'list'))) frames.pop()
      let top = frames.at(-1)
      if (!(top?.kind === 'map' && top.column === column)) {
        top = new Frame('map', column)
        frames.push(top)
      }
      top.name(unquoted(named[1]))
      column += named[0].length
      rest = rest.slice(named[0].length)
      const skipped = /^\s*/.exec(rest)[0].length
      column += skipped
      rest = rest.slice(skipped)
      top.values[top.key] = unquoted(rest)
      if (here && !/^[{[]/.test(rest)) {
        if (/\s#/.test(` ${rest}`)) return null
        // Right after the colon nothing can be written yet.
        return skipped === 0 && rest === '' ? null : { frames: [...frames], isKey: false, from: at + column, typed: rest, flow: false, column }
      }
      if (/^[|>][+-]?\d?[+-]?\s*(#.*)?$/.test(rest)) scalar = top.column
    }
    if (/^[{[]/.test(rest)) {
      const flow = new Flow()
      const after = flow.read(text.slice(0, pos), at + column)
      if (after === -1) return inFlow(text, pos, frames, flow)
      at = text.indexOf('\n', after) + 1
      if (at === 0 || at > pos) return null
      continue
    }
    if (here && !named) {
      const list = frames.at(-1)?.kind === 'list' && frames.at(-1).column < column
      const kept = list ? [...frames] : above(frames, column)
      return { frames: kept, isKey: true, bare: true, from: at + column, typed: rest, flow: false, column }
    }
    at = end + 1
  }
  return null
}

/** The frames in which a line with this indentation stands. */
function above(frames, column) {
  const kept = [...frames]
  while (kept.length && (kept.at(-1).column > column || (kept.at(-1).column === column && kept.at(-1).kind === 'list'))) kept.pop()
  return kept
}

/**
 * What stands at a place: `path` leads to the object in which a key stands, or to the value. `bare` says that a value
 * may stand there as well as a key; `before` are keys that the object has already; `around` has, for each step of the path,
 * what stands beside it.
 */
export function cursor(text, pos, format) {
  const found = (format === 'json' ? json : yaml)(text, pos)
  if (!found) return null
  const { frames, isKey, bare = false, column, ...rest } = found
  const top = frames.at(-1)
  // A line that is further in than the last key is what this key has.
  const inside = isKey && !rest.flow && top && top.column < column
  const own = isKey && !inside ? top : null
  const path = frames.slice(0, own ? -1 : undefined).map((frame) => frame.step)
  return { ...rest, column, isKey, bare, path, before: own?.keys ?? [], around: frames.map((frame) => frame.values) }
}
