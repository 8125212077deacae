// What TypeScript users write must compile, and what they may not write must not.
import init, { LeadstageError, Playbook, Session } from 'leadstage/visitor'
import type { Decision, Evidence, Explained, Problem } from 'leadstage/visitor'
import initAll, { loadBatch, LeadRecord, Lifecycle, Playbook as Full, check, compile, schema, verify } from 'leadstage'
import { Conversation as Planned, Questions } from 'leadstage'
import type { Answer, ConversationState, Duplicates, Funnel, Input, KeptRecord, PlannedTurn, QuestionTree, Verdict } from 'leadstage'
import type { Answers, Table } from 'leadstage'
import { Tracker } from 'leadstage/tracker'
import type { TrackedEvent } from 'leadstage/tracker'
import { receipt, withheld } from 'leadstage/receipt'
import { LeadstageChat } from 'leadstage/chat'
import type { Conversation, Turn } from 'leadstage/chat'

export async function page(bytes: Uint8Array): Promise<string | null> {
  await init()
  await init(new URL('https://example.com/visitor.wasm'))
  await init(fetch('/visitor.wasm'))
  const playbook: Playbook = Playbook.load(bytes)
  const session: Session = playbook.session()
  session
    .learn({ attribute: 'account.industry', value: 'software' })
    .learn({ attribute: 'account.employees', range: [200, null], source: 'visitor', at: new Date(0) })
    .learn({ attribute: 'account.industry', any_of: ['software', 'fintech'] })
    .track({ signal: 'page_view', at: Date.now(), properties: { path: '/pricing' } })
    .enter({ name: 'lead', since: '2026-11-01T00:00:00Z' })
  const decision: Decision = session.decide(Date.now())
  const explained: Explained = session.explain(new Date())
  const points: number | undefined = explained.scores['fit']?.ledger[0]?.points
  const text: string = session.decideText('2026-11-01T00:00:00Z')
  session.free()
  return points === undefined ? text : (decision.route?.then ?? null)
}

export async function server(document: object, evidence: Evidence): Promise<Problem[]> {
  await initAll()
  await loadBatch(new URL('https://example.com/batch.wasm'))
  try {
    const compiled: Uint8Array = compile(document)
    const playbook = Full.load(compiled)
    const same: Full = Full.parse(JSON.stringify(document))
    const explained: Explained = same.evaluate(evidence, 0)
    const brief: string = playbook.decideText(evidence, 0)
    return brief.length && explained.gates['mql']?.missing?.facts.length ? check(document) : []
  } catch (error) {
    if (error instanceof LeadstageError) return error.problems
    throw error
  }
}

export function refused(playbook: Playbook, session: Session) {
  // @ts-expect-error: a playbook is loaded, not made
  new Playbook()
  // @ts-expect-error: the slim entry reads compiled playbooks only
  Playbook.parse({})
  // @ts-expect-error: text is not the compiled form
  Playbook.load('playbook')
  // @ts-expect-error: an event has a time
  session.track({ signal: 'page_view' })
  // @ts-expect-error: a fact is about an attribute
  session.learn({ value: 'software' })
  // @ts-expect-error: a decision is at an instant
  session.decide()
  // @ts-expect-error: the brief form has no ledger
  session.decide(0).scores['fit']?.ledger
  // @ts-expect-error: the digest is read only
  playbook.digest = ''
  // @ts-expect-error: a schema is an object
  const text: string = schema()
  return text
}

export function records(document: object, kept: KeptRecord, input: Input): string {
  const lifecycle: Lifecycle = Lifecycle.parse(document)
  const { record, same }: { record: LeadRecord; same: boolean | null } = lifecycle.restore(kept)
  const answer: Answer = lifecycle.advance(record, { command: 'accept', by: ['sales'], note: 'Called', owner: 'Dana' }, new Date())
  lifecycle.advance(record, input)
  lifecycle.advance(record, { events: [{ signal: 'demo', at: 0 }], id: 'e1' }, 0)
  lifecycle.advance(record, { facts: { 'deal.amount': { value: 9, by: 'sales' } } }, 0)
  lifecycle.advance(record, { status: 'working', by: 'sales' }, 0)
  lifecycle.advance(record, { tick: true }, answer.next_at ?? 0)
  const due: number | null = lifecycle.advance(record, { erase: true, by: 'retention' }, answer.erase_at ?? 0).erase_at
  lifecycle.advance(record, { erase: 'asked for', by: ['privacy'], id: 'e2' }, 0)
  // @ts-expect-error: people say why
  lifecycle.advance(record, { erase: true, by: 'privacy' }, 0)
  const labels: string[] = record.export(0).facts.map(({ label, personal }) => `${label} ${personal} ${due}`)
  // @ts-expect-error: a command is made by somebody
  lifecycle.advance(record, { command: 'accept' }, 0)
  // @ts-expect-error: there is no such command
  lifecycle.advance(record, { command: 'promote', by: 'sales' }, 0)
  // @ts-expect-error: a tick is true
  lifecycle.advance(record, { tick: false }, 0)
  // @ts-expect-error: an input says something
  lifecycle.advance(record, {}, 0)
  // @ts-expect-error: records are made by their lifecycle
  new LeadRecord()
  const verdict: Verdict = verify(record.journal(), record.state().head)
  const changes: string[] = answer.crm.map((change) => `${change.object}.${change.field}`)
  const groups: Duplicates = lifecycle.dedupe([record, lifecycle.record('r2')])
  const funnel: Funnel = lifecycle.funnel([record, record.kept(), record.keptText()], { stage: 'mql', from: '2026-10-01T00:00:00Z' })
  const rates: number[] = funnel.stages.flatMap(({ next }) => next.map(({ permille }) => permille))
  // @ts-expect-error: a cohort has no such end
  lifecycle.funnel([], { until: 0 })
  return `${labels} ${rates} ${same} ${verdict.altered?.why} ${changes} ${groups.emails.length} ${record.explain(0).ways[0]?.by}`
}

export async function tracked(form: HTMLFormElement): Promise<string | null> {
  const tracker = new Tracker({
    playbook: async () => {
      await init()
      return Playbook.load(new Uint8Array(await (await fetch('/acme.leadstage')).arrayBuffer()))
    },
    pages: { hash: true },
    scroll: [50, 90],
    personal: ['contact.email'],
    sources: { first: { utm_source: 'account.first_source' } },
    adjust: (event: TrackedEvent, element) => (element?.closest('.private') ? null : event),
    most: { entries: 100 },
  })
  tracker.addEventListener('change', () => tracker.decide()?.route?.then)
  if (tracker.consent === null && !tracker.agree({ personal: true })) return null
  await tracker.ready
  tracker.learn('account.employees', { range: [20, null], source: 'visitor' })
  tracker.track('page_view', { path: '/pricing' })
  tracker.submit(form)
  const evidence: Evidence = tracker.evidence()
  const first: string | undefined = tracker.sources.first?.referrer
  tracker.stop()
  return first ?? (evidence.events?.length ? (tracker.session?.explain(Date.now()).route?.flips_to ?? null) : null)
}

export function refusedByTracker(tracker: Tracker) {
  // @ts-expect-error: a tracker needs a playbook
  new Tracker({})
  // @ts-expect-error: a fact has a value
  tracker.learn('account.industry', 'software')
  // @ts-expect-error: consent is given, not set
  tracker.consent = 'yes'
}

export function chatted(turns: Turn[]): LeadstageChat {
  const conversation: Conversation = {
    next: () => turns[0] ?? { end: 'settled', route: null, settled: true },
    answer: async (id, value) => ({ ask: { attribute: id, decides: { answers: 1, of: 2 } }, text: String(value), answers: ['Yes', { label: 'No', value: false }] }),
    correct: (id) => ({ again: id, text: 'Which?', message: 'Please choose.' }),
    decline: () => ({ end: 'handed_over', route: 'talk', settled: false }),
  }
  const chat = document.createElement('leadstage-chat')
  chat.conversation = conversation
  chat.texts = { skip: 'Keine Angabe' }
  chat.addEventListener('leadstage-end', ({ detail }) => detail.route?.length)
  // @ts-expect-error: an end has a route, if only none
  const end: Turn = { end: 'settled', settled: true }
  return end ? chat : new LeadstageChat()
}

export function planned(document: object, state: ConversationState): string {
  const questions = Questions.parse(document)
  const planned: Planned = questions.conversation({ state, evidence: { facts: { 'account.industry': 'software' } }, asOf: () => new Date(), tries: 3, handOver: true })
  // It is what the chat takes.
  const conversation: Conversation = planned
  const turn: PlannedTurn = planned.next()
  if ('end' in turn) return turn.route ?? turn.end
  const next = planned.answer('ask' in turn ? turn.ask.attribute : turn.again, turn.multiple ? ['Chat'] : 'about 200')
  const unclear: string | null = planned.know({}).infer({ facts: [] }, ['hello']).tell('account.employees', 200)
  const tree: QuestionTree = questions.tree({}, 0)
  // @ts-expect-error: a conversation is begun by its questions
  new Planned()
  // @ts-expect-error: a value is words, a number, yes or no, or a list
  planned.answer('account.employees', { from: 200 })
  // @ts-expect-error: there is no such form
  questions.treeText({}, 0, 'pdf')
  return `${conversation.decline('account.employees')} ${unclear} ${'ask' in tree && tree.branches[0]?.share} ${'ask' in next && next.ask.why} ${planned.state().facts[0]?.words}`
}

export async function send(tracker: Tracker, playbook: Playbook, whole: Full): Promise<string> {
  const text: string = await receipt(playbook, { challenge: 'lsc1.k1.…', evidence: tracker.evidence(), asOf: new Date(), personal: ['contact.email'], agreed: tracker.personal })
  await receipt(whole, { challenge: text })
  const left: string[] = withheld(playbook, { evidence: tracker.evidence(), agreed: tracker.personal })
  // @ts-expect-error: the playbook says which they are
  playbook.personal.push(...left)
  // @ts-expect-error: a receipt answers a challenge
  await receipt(playbook, {})
  return text
}

export function many(playbook: Full): number | undefined {
  const table: Table = {
    rows: 2,
    as_of: Float64Array.of(0, 1),
    stage: { values: ['lead'], codes: Int8Array.of(0, -1) },
    facts: {
      'account.industry': { values: ['software', { any_of: ['fintech'] }], codes: Uint8Array.of(0, 1), source: 'crm', at: '2026-11-01T00:00:00Z' },
      'account.employees': { numbers: Int32Array.of(120, 0), known: Uint8Array.of(1, 0), default: Uint8Array.of(0, 0) },
    },
    events: {
      offsets: Uint32Array.of(0, 1, 1),
      signals: ['page_view'],
      codes: Uint8Array.of(0),
      at: Float64Array.of(0),
      properties: { page_view: { path: { values: ['/pricing'], codes: Uint8Array.of(0) } } },
    },
  }
  const answers: Answers = playbook.decideColumns(table, { asOf: new Date() })
  const text: string = playbook.decideLines('{}', { explain: true })
  const bytes: Uint8Array = playbook.decideLines(new Uint8Array())
  for (const { id, decision, problems } of playbook.decideRows([{ id: 'a', as_of: 0 }], { asOf: 0 })) {
    if (problems) return problems.length + text.length + bytes.length
    if (decision.gates[id]?.open) return 1
  }
  playbook.decideRows([{}], { explain: true })[0]?.decision?.scores['fit']?.ledger.length
  // @ts-expect-error: rows are a list
  playbook.decideRows({})
  // @ts-expect-error: a table says how many rows it has
  playbook.decideColumns({})
  // @ts-expect-error: numbers are in typed arrays
  playbook.decideColumns({ rows: 1, facts: { 'account.employees': { numbers: [1] } } })
  // @ts-expect-error: columns are not explained
  playbook.decideColumns({ rows: 0 }, { explain: true })
  return answers.scores['fit']?.value[0]
}
