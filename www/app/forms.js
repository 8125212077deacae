// The forms of the pages: the demo request, the letter, the price switch. Nothing is sent: this is a
// demonstration. What the forms say is read from their marks by the tracker, once they are checked here.

import { el, icon } from './dom.js'
import { answered } from './endings.js'
import { knownBy } from './questions.js'

export function startForms({ actions }) {
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-form]')
    if (!form) return
    event.preventDefault()
    const email = form.querySelector('input[type="email"]')
    if (!checked(email)) return
    if (form.dataset.form === 'demo') demo(form)
    else letter(form)
  })
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-print]')) print()
  })
  document.addEventListener('change', (event) => {
    if (event.target.name !== 'pay') return
    for (const node of document.querySelectorAll('[data-year][data-month]')) node.textContent = node.dataset[event.target.value]
  })

  function demo(form) {
    actions.submit(form)
    const answer = answered(actions.route())
    form.replaceWith(answer)
    answer.focus()
  }

  function letter(form) {
    actions.submit(form)
    const answer = el('p', { class: 'form-answer', role: 'status' }, 'Thank you. (This is a demonstration: no letter will come.)')
    form.querySelector('.inline-form').replaceWith(answer)
  }

  function option(answer) {
    const made = new Option(answer.label)
    made.dataset.leadKnown = JSON.stringify(knownBy(answer))
    return made
  }

  // On every page that comes into view: what needs a script works now, and the lists are the playbook's own.
  return function prepare({ complete }) {
    for (const node of document.querySelectorAll('[data-needs-script]')) node.disabled = false
    for (const node of document.querySelectorAll('[data-print]')) node.hidden = false
    if (!complete) return
    const definition = actions.definition()
    if (definition) for (const node of document.querySelectorAll('[data-needs-definition]')) node.disabled = false
    for (const select of document.querySelectorAll('select[data-lead-attribute]')) {
      const answers = definition?.attributes?.[select.dataset.leadAttribute]?.ask?.answers
      select.closest('.field').hidden = !answers
      if (answers && select.options.length === 1) select.append(...answers.map(option))
    }
  }
}

function checked(email) {
  const field = email.closest('.field')
  field.querySelector('.wrong')?.remove()
  email.removeAttribute('aria-invalid')
  email.removeAttribute('aria-describedby')
  if (email.value.trim() !== '' && email.validity.valid) return true
  const wrong = el('p', { class: 'wrong', id: `${email.id}-wrong` }, icon('cross'), 'Write an address such as name@company.com')
  email.setAttribute('aria-invalid', 'true')
  email.setAttribute('aria-describedby', wrong.id)
  field.append(wrong)
  email.focus()
  return false
}
