// A page that is tracked, or, with `?bare=FILE,FILE`, one that downloads the same and does nothing with it. The driver plays a person.
import { Tracker } from 'leadstage/tracker'

Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
const playbook = '../corpus/acme.leadstage'
const bare = new URLSearchParams(location.search).get('bare')
if (bare === null) {
  window.tracker = new Tracker({ name: 'cost', playbook, personal: ['contact.email'] })
  window.tracker.ready.then(() => {
    window.route = window.tracker.decide().route.then
    console.debug('there')
  })
} else {
  await Promise.all([playbook, ...bare.split(',')].map(async (file) => (await fetch(file)).arrayBuffer()))
  console.debug('there')
}
