// The editor: CodeMirror in a shadow root, where its styles need no `<style>` element.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab, invertedEffects, redo, undo } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorSelection, EditorState, StateEffect, StateField } from '@codemirror/state'
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { el } from '../dom.js'
import { completions, meaning } from './complete.js'

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--oxide)', padding: '0.5rem 0 3rem' },
  '.cm-cursor': { borderLeftColor: 'var(--oxide)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--river) 24%, transparent) !important' },
  '.cm-selectionMatch': { backgroundColor: 'var(--river-soft)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--sunk) 60%, transparent)' },
  '.cm-activeLineGutter': { color: 'var(--ink)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--river-soft) !important', outline: '1px solid var(--river-mid)' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--oxide) 1.5px', textUnderlineOffset: '3px', backgroundColor: 'color-mix(in srgb, var(--oxide) 12%, transparent)' },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--oxide)' },
  '.cm-gutter-lint': { width: '1.1em' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0.25em 0.1em' },
  '.cm-lint-marker-error': { content: '""', width: '0.75em', height: '0.75em', borderRadius: '50%', backgroundColor: 'var(--oxide)' },
  '.cm-tooltip': { border: '1px solid var(--line-strong)', borderRadius: '6px', backgroundColor: 'var(--surface)', color: 'var(--ink)', boxShadow: 'var(--shadow)', fontFamily: 'var(--text)', fontSize: '0.8125rem', maxWidth: 'min(26rem, 90vw)', overflow: 'hidden' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '15rem' },
  '.cm-tooltip.cm-tooltip-autocomplete': { overflow: 'visible' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.2rem 0.6rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--river)', color: 'var(--paper)' },
  '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontStyle: 'normal', fontFamily: 'var(--text)' },
  '.cm-completionInfo': { padding: '0.5rem 0.7rem', border: '1px solid var(--line-strong)' },
  // Where there is no room beside the list it would lie on the line that is being written.
  '@media (max-width: 40rem)': { '.cm-completionInfo': { display: 'none' } },
  '.cm-diagnostic': { padding: '0.5rem 0.75rem', borderLeft: '4px solid var(--oxide)', whiteSpace: 'normal' },
  '.words': { padding: '0.5rem 0.75rem', display: 'grid', gap: '0.15rem' },
  '.words p': { margin: '0' },
  '.words .faint': { color: 'var(--ink-faint)' },
  '.cm-panels': { backgroundColor: 'var(--sunk)', color: 'var(--ink)', borderColor: 'var(--line)', fontFamily: 'var(--text)' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '4px', color: 'inherit', fontSize: '0.8125rem' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '4px', color: 'inherit', fontSize: '0.8125rem' },
  '.cm-searchMatch': { backgroundColor: 'var(--oxide-soft)', outline: '1px solid var(--oxide)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--sunk)', border: '1px solid var(--line)', color: 'var(--ink-soft)' },
})

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--river)', fontWeight: '550' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--oxide)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-faint)' },
  { tag: tags.keyword, color: 'var(--oxide)' },
])

/** The format is part of the history: who undoes a conversion gets the other format back with the text. */
const setFormat = StateEffect.define()
const formatField = StateField.define({
  create: () => 'yaml',
  update: (format, { effects }) => effects.reduce((now, effect) => (effect.is(setFormat) ? effect.value : now), format),
})
const formatHistory = invertedEffects.of(({ effects, startState }) => effects.filter((effect) => effect.is(setFormat)).map(() => setFormat.of(startState.field(formatField))))
const languages = { yaml: yaml(), json: json() }

/** Typing over a selection: left to Chromium, it would keep the look of what goes away in a `style` attribute. */
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main
    if (event.inputType !== 'insertText' || event.data === null || empty || view.composing) return false
    const put = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, put))) view.dispatch(put())
    event.preventDefault()
    return true
  },
})

const lines = (texts) => el('div', { class: 'words' }, texts.filter(Boolean).map((text, place) => el('p', { class: place > 0 ? 'faint' : undefined }, text)))

/**
 * Mounts the editor. `known()` gives the schema (or null) and the document as far as it can be read;
 * `changed(text, format)` hears of every change.
 */
export function openEditor(host, { text, format, known, changed }) {
  const root = host.attachShadow({ mode: 'open' })
  const language = new Compartment()
  const formatOf = (state) => state.field(formatField)
  const complete = ({ state, pos, explicit }) => {
    const { schema, book } = known()
    if (!schema) return null
    const found = completions(schema, book, state.doc.toString(), pos, formatOf(state))
    if (!found || (!explicit && found.from === pos && !/[:,[{]\s$|- $/.test(state.sliceDoc(Math.max(0, pos - 2), pos)))) return null
    const written = state.sliceDoc(found.from, pos)
    // Where the word stands already and none goes on from it there is nothing to offer.
    if (!explicit && found.options.some(({ label }) => label === written) && !found.options.some(({ label }) => label !== written && label.startsWith(written))) return null
    return { ...found, options: found.options.map((option) => ({ ...option, info: option.info?.some(Boolean) ? () => lines(option.info) : undefined })), validFor: /^["']?[\w.-]*$/ }
  }
  const hover = hoverTooltip((view, pos) => {
    const { schema, book } = known()
    const found = schema && meaning(schema, book, view.state.doc.toString(), pos, formatOf(view.state))
    if (!found) return null
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: lines([found.title, ...found.lines]) }) }
  })
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(),
        formatField.init(() => format), formatHistory, language.of(languages[format]),
        autocompletion({ override: [complete], activateOnCompletion: ({ type }) => type === 'property' || type === 'variable', icons: false }),
        overSelection, hover, tooltips({ position: 'fixed', parent: root }), theme, syntaxHighlighting(colours),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ 'aria-label': 'Playbook. Tab indents; Escape, then Tab leaves the editor.', spellcheck: 'false', tabindex: '0' }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          const now = formatOf(update.state)
          const other = now !== formatOf(update.startState)
          // The language follows by a change of its own, after this one.
          if (other) queueMicrotask(() => view.dispatch({ effects: language.reconfigure(languages[now]) }))
          if (update.docChanged || other) changed(update.state.doc.toString(), now)
        }),
      ],
    }),
  })

  // The list of problems takes room from the editor: the line that is being written stays in sight.
  new ResizeObserver(() => {
    if (view.hasFocus) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { yMargin: 24 }) })
  }).observe(host)

  return {
    get text() {
      return view.state.doc.toString()
    },
    get format() {
      return formatOf(view.state)
    },
    /** Puts another text in; it can be undone like typing. */
    replace(other, now) {
      const scroll = view.scrollDOM.scrollTop
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other }, effects: now === formatOf(view.state) ? [] : setFormat.of(now), selection: { anchor: 0 }, userEvent: 'input.replace' })
      if (scroll) view.scrollDOM.scrollTop = 0
    },
    show(problems) {
      const { length } = view.state.doc
      view.dispatch(setDiagnostics(view.state, problems.filter(({ from }) => from <= length).map(({ from, to, message, help, code }) => ({
        from, to: Math.min(to, length), severity: 'error', source: code, message: help ? `${message}; ${help}` : message,
        renderMessage: () => el('div', {}, el('p', { class: 'words' }, message), help ? el('p', { class: 'words faint' }, help) : null),
      }))))
    },
    goTo({ from, to }) {
      const end = Math.min(to, view.state.doc.length)
      view.dispatch({ selection: EditorSelection.single(from, end), effects: EditorView.scrollIntoView(from, { y: 'center' }) })
      view.focus()
    },
    line: (at) => view.state.doc.lineAt(Math.min(at, view.state.doc.length)).number,
    undo: () => undo(view),
    redo: () => redo(view),
  }
}
