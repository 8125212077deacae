// One question at a time, from the playbook's own `ask`. What a gate is waiting for comes first.

import { el } from './dom.js'
import { upper } from './words.js'

export function questionSection({ visitor, actions }) {
  const node = el('section', { class: 'panel-question', 'aria-labelledby': 'panel-question' })
  const skipped = new Set()
  let revised = null
  let shown = null
  let latest = null

  function choose(decision, definition) {
    const asked = Object.entries(definition.attributes ?? {}).filter(([, attribute]) => attribute.ask).map(([name]) => name)
    const open = asked.filter((name) => !visitor.answer(name) && !skipped.has(name))
    const awaited = Object.values(decision.gates).flatMap((gate) => gate.missing?.facts ?? [])
    const rank = (name) => (awaited.some((fact) => fact.attribute === name && fact.opens) ? 0 : awaited.some((fact) => fact.attribute === name) ? 1 : 2)
    return { next: open.sort((a, b) => rank(a) - rank(b))[0], left: open.length, answered: asked.filter((name) => visitor.answer(name)) }
  }

  function render(hadFocus) {
    const { decision, words } = latest
    const definition = actions.definition()
    const { next, left, answered } = choose(decision, definition)
    const name = revised ?? next
    const state = JSON.stringify([name, left, answered.map((entry) => visitor.answer(entry))])
    if (state === shown) return
    shown = state
    const parts = [el('h3', { class: 'panel-title', id: 'panel-question' }, 'Tell us more')]
    let focus = null
    if (name) {
      const attribute = definition.attributes[name]
      const title = el('legend', { tabindex: '-1' }, attribute.ask.text)
      focus = title
      parts.push(form(name, attribute, title, words), el('p', { class: 'panel-small question-end' },
        revised ? el('button', { class: 'link-button', type: 'button', onclick: () => revise(null) }, 'Leave it as it is')
          : el('button', { class: 'link-button', type: 'button', onclick: () => skip(name) }, 'Skip this one'),
        revised ? null : `${left} ${left === 1 ? 'question' : 'questions'} left`))
    } else {
      focus = el('p', { tabindex: '-1' }, skipped.size > 0 ? 'No more questions, apart from those you skipped.' : 'No more questions. Thank you.')
      parts.push(focus)
      if (skipped.size > 0) parts.push(el('button', { class: 'link-button', type: 'button', onclick: unskip }, 'Ask those again'))
    }
    if (answered.length > 0) parts.push(given(answered, definition, words))
    node.replaceChildren(...parts)
    if (hadFocus) focus.focus({ preventScroll: true })
  }

  function given(answered, definition, words) {
    return el('details', {}, el('summary', {}, `Your answers (${answered.length})`),
      el('ul', { class: 'given' }, answered.map((name) => el('li', {},
        el('span', {}, words.attribute(name)), el('b', {}, said(visitor.answer(name), name, definition, words)),
        el('button', { class: 'link-button', type: 'button', 'aria-label': `Change: ${words.attribute(name)}`, onclick: () => revise(name) }, 'Change')))))
  }

  function revise(name) {
    revised = name
    render(true)
  }

  function skip(name) {
    skipped.add(name)
    render(true)
  }

  function unskip() {
    skipped.clear()
    render(true)
  }

  function answer(name, known) {
    revised = null
    const problem = actions.learn(name, known)
    if (problem) node.querySelector('.question-end')?.replaceChildren(problem)
  }

  function form(name, attribute, title, words) {
    const button = (label, known) => el('button', { class: 'answer', type: 'button', onclick: () => answer(name, known) }, label)
    const { answers } = attribute.ask
    if (answers?.length) return el('fieldset', {}, title, el('div', { class: 'answers' }, answers.map((entry) => button(entry.label, knownBy(entry)))))
    if (attribute.type === 'boolean') return el('fieldset', {}, title, el('div', { class: 'answers' }, button('Yes', { value: true }), button('No', { value: false })))
    if (attribute.type === 'choice') {
      return el('fieldset', {}, title, el('div', { class: 'answers' }, attribute.options.map((value) => button(upper(words.option(name, value)), { value }))))
    }
    if (attribute.type === 'choices') {
      const boxes = attribute.options.map((value) => el('input', { type: 'checkbox', value }))
      return el('form', { onsubmit: submit(() => answer(name, { value: boxes.filter((box) => box.checked).map((box) => box.value) })) },
        el('fieldset', {}, title, el('div', { class: 'boxes' }, boxes.map((box) => el('label', {}, box, upper(words.option(name, box.value)))))),
        el('button', { class: 'button quiet small', type: 'submit' }, 'Answer'))
    }
    const type = { number: 'number', date: 'date' }[attribute.type] ?? 'text'
    const input = el('input', { type, 'aria-label': attribute.ask.text, min: attribute.min, max: attribute.max, step: attribute.whole ? 1 : 'any', required: true, maxlength: type === 'text' ? 200 : null })
    return el('form', { onsubmit: submit(() => input.value !== '' && answer(name, { value: type === 'number' ? Number(input.value) : input.value })) },
      el('fieldset', {}, title, el('div', { class: 'inline-form' }, el('div', { class: 'field' }, input), el('button', { class: 'button quiet small', type: 'submit' }, 'Answer'))))
  }

  return {
    node,
    show(decision, words) {
      latest = { decision, words }
      render(node.contains(document.activeElement))
    },
  }
}

const submit = (act) => (event) => {
  event.preventDefault()
  act()
}

// The part of a fact that an answer of the playbook stands for.
export function knownBy({ value, range, any_of }) {
  if (value !== undefined) return { value }
  return range ? { range } : { any_of }
}

function said(fact, name, definition, words) {
  const same = (answer) => JSON.stringify(knownBy(answer)) === JSON.stringify(knownBy(fact))
  const answer = definition.attributes[name]?.ask?.answers?.find(same)
  if (answer) return answer.label
  if (fact.range) return fact.range.map((end) => end ?? '…').join(' to ')
  return [fact.value ?? fact.any_of].flat().map((value) => words.option(name, value)).join(', ')
}
