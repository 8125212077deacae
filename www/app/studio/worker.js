// Everything that may take its time: reading, checking, deciding, planning questions, laying out. The page ends this
// worker when it takes too long, so every message carries all that it needs; what was read before is kept by its text.

import init, { LeadstageError, Playbook, Questions, compile } from '../../leadstage/index.js'
import { diagram } from './diagram.js'
import { convert, data, place, read } from './source.js'

/** The newest texts that were read: the one in the editor, and the last one without problems. */
let kept = []

/** A text with all that follows from it alone. */
function open(text, format) {
  const known = kept.find((book) => book.text === text && book.format === format)
  if (known) return known
  const source = read(text, format)
  const book = { text, format, source, problems: source.problems, playbook: null, document: null, drawing: null }
  if (source.json !== null) {
    try {
      book.playbook = Playbook.parse(source.json)
    } catch (error) {
      if (!(error instanceof LeadstageError)) throw error
      book.problems = error.problems.map((problem) => {
        const [from, to] = place(source, problem)
        return { code: problem.code, path: problem.path, message: problem.message, help: problem.help ?? '', from, to }
      })
    }
  }
  book.document = book.playbook ? JSON.parse(source.json) : data(source)
  book.drawing = book.playbook ? diagram(book.document) : null
  kept = [book, ...kept].slice(0, 2)
  return book
}

/** Problems of evidence are an answer; everything else is a mistake of this page. */
function answered(act) {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof LeadstageError)) throw error
    return { problems: error.problems.map(({ code, path, message, help }) => ({ code, path, message, help })) }
  }
}

const work = {
  run({ text, format, last, evidence, asOf }) {
    const sound = last && open(last.text, last.format)
    const { problems, playbook, document, drawing } = open(text, format)
    const title = playbook && { name: playbook.name, version: playbook.version, digest: playbook.digest }
    const by = playbook ?? sound?.playbook
    const lead = by && answered(() => ({ decision: by.evaluate(evidence, asOf), problems: [] }))
    return { problems, document, title, drawing, lead }
  },
  tree({ text, format, evidence, asOf }) {
    const { source, playbook } = open(text, format)
    if (!playbook) return { tree: null, problems: [] }
    return answered(() => ({ tree: Questions.parse(source.json).tree(evidence, asOf), problems: [] }))
  },
  convert: ({ text, format, to }) => ({ text: convert(text, format, to) }),
  compile({ text, format }) {
    const { source, playbook } = open(text, format)
    if (!playbook) throw new Error('the playbook has problems')
    return { bytes: compile(source.json) }
  },
}

const ready = init().then(() => postMessage({ ready: true }), (error) => postMessage({ failed: told(error) }))
const told = (error) => (error instanceof WebAssembly.CompileError
  ? `WebAssembly is not allowed here (${error.message}). A content security policy needs 'wasm-unsafe-eval'.`
  : String(error?.message ?? error))

addEventListener('message', async ({ data: { id, act, ...job } }) => {
  await ready
  try {
    postMessage({ id, answer: work[act](job) })
  } catch (error) {
    postMessage({ id, error: told(error) })
  }
})
