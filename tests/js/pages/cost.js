// A page that is tracked, or, with `?bare`, one that downloads the same and does nothing with it. The driver plays a person.
Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })
if (!location.search.includes('bare')) {
  const { Tracker } = await import('../npm/leadstage/tracker.js')
  window.tracker = new Tracker({ name: 'cost', playbook: '../corpus/acme.leadstage', personal: ['contact.email'] })
  window.tracker.ready.then(() => {
    window.route = window.tracker.decide().route.then
    console.debug('there')
  })
} else {
  const files = ['tracker.js', 'tracker-page.js', 'tracker-source.js', 'tracker-store.js', 'visitor.js', 'engine.js', 'border.js', 'glue/visitor.js', 'glue/visitor_bg.wasm']
  const addresses = [...files.map((file) => `../npm/leadstage/${file}`), '../corpus/acme.leadstage']
  await Promise.all(addresses.map(async (address) => (await fetch(address)).arrayBuffer()))
  console.debug('there')
}
