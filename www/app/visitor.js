// What the visitor did and said, as the package's tracker has it, in the form in which the panel shows it.

import { Tracker } from '../leadstage/tracker.js'

/** What is known of a person, not of a company. */
const personal = ['contact.email']

// The pages of this demonstration stand for paths of a site, as its playbook knows them.
const papers = { guide: '/download/handover-guide', comparison: '/download/comparison', security: '/download/security-paper' }

function path() {
  const name = location.pathname.split('/').at(-1).replace(/(index)?(\.html)?$/, '')
  return papers[name] ?? `/${name}`
}

export class Visitor extends EventTarget {
  facts = []
  events = []
  #tracker
  #problem = null

  constructor(playbook) {
    super()
    this.#tracker = new Tracker({
      name: 'wherry',
      playbook,
      personal,
      downloads: false,
      adjust: (event) => (event.signal === 'page_view' ? { ...event, properties: { path: path() } } : event),
      onproblem: (error) => {
        this.#problem = error.problems?.[0]?.message ?? error.message
      },
    })
    this.#tracker.addEventListener('change', () => {
      Object.assign(this, this.#tracker.evidence())
      this.dispatchEvent(new Event('change'))
    })
  }

  get consent() {
    return this.#tracker.consent
  }

  get persistent() {
    return this.#tracker.persistent
  }

  /** Null until the playbook is there. */
  get session() {
    return this.#tracker.session
  }

  get playbook() {
    return this.#tracker.playbook
  }

  /** What a receipt is made of. */
  disclosed() {
    return { evidence: this.#tracker.evidence(), personal, agreed: this.#tracker.personal }
  }

  // The buttons that lead here say what is kept, so a yes is one to the browser's own no as well.
  agree() {
    this.#tracker.agree({ personal: true, despite: true })
  }

  withdraw() {
    this.#tracker.withdraw()
  }

  submit(form) {
    this.#tracker.submit(form)
  }

  /** Answers with what is wrong, if anything. */
  learn(attribute, known) {
    this.#problem = null
    return this.#tracker.learn(attribute, known) || this.consent !== 'yes' ? null : this.#problem
  }

  answer(attribute) {
    return this.facts.findLast((fact) => fact.attribute === attribute && !fact.default)
  }
}
