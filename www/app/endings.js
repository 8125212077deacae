// How a request ends, by its route.

import { el } from './dom.js'

const note = () => el('p', { class: 'faint' }, 'This is a demonstration site: nobody was told.')
const link = (href, text, attributes = {}) => el('a', { class: 'button', href, ...attributes }, text)

export const endings = {
  book_meeting: () => ['Pick a time.', 'The right person is free at these hours.', slots()],
  talk_to_sales: () => ['A person will call you back.', 'Within four working hours, under our own agreement.'],
  self_serve: () => ['You can start today.', 'Skiff is free for three people, and nobody needs to call you for that.', link('./pricing.html', 'See Skiff')],
  not_a_fit: () => ['Our guides will serve you better.', 'They are free, and there is no call in between.', link('./guide.html', 'Read the guide', { 'data-lead-signal': 'download', 'data-lead-property-journey': 'awareness', 'data-lead-property-asset': 'handover-guide' })],
  other: () => ['Thank you.', 'We will write to you with two or three questions, so that the demo is about you.'],
}

export function answered(route) {
  return el('section', { class: 'sheet ending', tabindex: '-1', 'aria-label': 'Your request' }, ending(route, 'h2'))
}

export function ending(route, heading) {
  const [title, text, ...more] = (endings[route] ?? endings.other)()
  return [el(heading, {}, title), el('p', { class: 'lead' }, text), ...more, note()]
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
