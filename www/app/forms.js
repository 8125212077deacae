// The forms of the pages: the demo request, the letter, the price switch. Nothing is sent: this is a
// demonstration. What the forms say is read from their marks by the tracker, once they are checked here.

import { el, icon } from './dom.js'
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

const note = () => el('p', { class: 'faint' }, 'This is a demonstration site: nobody was told.')
const link = (href, text, attributes = {}) => el('a', { class: 'button', href, ...attributes }, text)

const endings = {
  book_meeting: () => ['Pick a time.', 'The right person is free at these hours.', slots()],
  talk_to_sales: () => ['A person will call you back.', 'Within four working hours, under our own agreement.'],
  self_serve: () => ['You can start today.', 'Skiff is free for three people, and nobody needs to call you for that.', link('./pricing.html', 'See Skiff')],
  not_a_fit: () => ['Our guides will serve you better.', 'They are free, and there is no call in between.', link('./guide.html', 'Read the guide', { 'data-lead-signal': 'download', 'data-lead-property-journey': 'awareness', 'data-lead-property-asset': 'handover-guide' })],
  other: () => ['Thank you.', 'We will write to you with two or three questions, so that the demo is about you.'],
}

function answered(route) {
  const [title, text, ...more] = (endings[route] ?? endings.other)()
  return el('section', { class: 'sheet ending', tabindex: '-1', 'aria-label': 'Your request' }, el('h2', {}, title), el('p', { class: 'lead' }, text), ...more, note())
}

function slots() {
  const times = []
  for (const day = new Date(); times.length < 3;) {
    day.setDate(day.getDate() + 1)
    if (day.getDay() % 6 !== 0) times.push(`${day.toLocaleDateString('en-US', { weekday: 'long', day: 'numeric', month: 'long' })}, ${['10:00', '11:30', '14:00'][times.length]}`)
  }
  const buttons = times.map((time) => el('button', { class: 'button quiet small', type: 'button', 'aria-pressed': 'false', onclick: (event) => {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button === event.currentTarget))
  } }, time))
  return el('div', { class: 'slots' }, buttons)
}
