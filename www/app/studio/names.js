// What the names in a playbook refer to: which kinds of names may stand at a place of the schema, and which there are.

const keys = (object) => (object !== null && typeof object === 'object' && !Array.isArray(object) ? Object.keys(object) : [])
const list = (value) => (Array.isArray(value) ? value : [])

/** By the definition and the key of the schema at which they stand. */
const VALUES = {
  'ConditionFields.signal': 'signals', 'Rule.signal': 'signals', 'Step.signal': 'signals', 'ConditionFields.sequence': 'signals',
  'MetBy.signals': 'signals', 'Inactivity.signals': 'signals',
  'ConditionFields.segment': 'segments', 'ConditionFields.gate': 'stages', 'ConditionFields.stage': 'stages', 'ConditionFields.icp': 'tiers',
  'ConditionFields.persona': 'personas', 'ConditionFields.readiness': 'criteria', 'ConditionFields.grade': 'grades',
  'Transition.from': 'stages', 'Transition.to': 'stages', 'Transition.skips': 'stages', 'Document.initial': 'stages', 'Keep.stages': 'stages', 'Identity.anonymous': 'stages', 'Offer.stage': 'stages',
  'Offer.position': 'positions', 'Identity.any_of': 'attributes', 'RequirementFields.attribute': 'attributes', 'Stage.requires': 'attributes', 'Transition.requires': 'attributes',
  'Taken.fact': 'attributes', 'Taken.score': 'scores', 'Grade.of': 'scores', 'RequirementFields.sources': 'sources', 'Attribute.asserted_by': 'sources',
  'Transition.by': 'roles', 'StatusFields.by': 'roles', 'Stage.owner': 'roles', 'RoleAndQueue.role': 'roles', 'Sla.owner': 'roles', 'Sla.escalate': 'roles', 'Priority.escalate': 'roles',
}
const KEYS = { 'ConditionFields.score': 'scores', 'ConditionFields.band': 'scores' }

export const SOURCES = ['person', 'crm', 'enrichment', 'visitor', 'inferred']

const all = {
  attributes: (book) => keys(book.attributes),
  signals: (book) => keys(book.signals),
  scores: (book) => keys(book.scores),
  segments: (book) => keys(book.segments),
  stages: (book) => keys(book.stages),
  tiers: (book) => list(book.icp).map((entry) => entry?.tier),
  personas: (book) => list(book.personas).map((entry) => entry?.name),
  criteria: (book) => ['ready', ...keys(book.readiness?.criteria)],
  positions: (book) => list(book.journey?.positions).map((entry) => entry?.name),
  sources: (book) => (book.sources ? list(book.sources) : SOURCES),
  grades: (book) => {
    const [first, second] = list(book.grade?.of).map((name) => keys(book.scores?.[name]?.bands))
    return (first ?? []).flatMap((one) => (second ?? []).map((other) => one + other))
  },
  roles: (book) => {
    const found = ['automation']
    for (const { owner, sla } of Object.values(book.stages ?? {}).filter(Boolean)) found.push(typeof owner === 'string' ? owner : owner?.role, sla?.owner, sla?.escalate)
    for (const transition of list(book.transitions)) found.push(...[transition?.by].flat())
    return found
  },
}

const distinct = (names) => [...new Set(names)].filter((name) => typeof name === 'string' && name !== '')

/** Names that may be a value here. `tags` are those of the schema, `key` the last key of the path. */
export function valueNames(book, tags, { path, around }) {
  const attribute = path.findLast((step) => typeof step === 'string' && /^(account|contact|deal)\./.test(step))
  if (attribute && tags.has('ConditionFields.*')) return options(book.attributes?.[attribute])
  if (attribute && (tags.has('Answer.value') || tags.has('Answer.any_of'))) return options(book.attributes?.[attribute])
  if (tags.has('ConditionFields.where') || tags.has('Rule.where') || tags.has('Step.where')) {
    const property = propertiesOf(book, path, around)?.[path[path.lastIndexOf('where') + 1]]
    return Array.isArray(property) ? distinct(property) : property === 'boolean' ? ['true', 'false'] : []
  }
  if (tags.has('ConditionFields.band')) return distinct(keys(book.scores?.[path[path.lastIndexOf('band') + 1]]?.bands))
  return distinct([...tags].flatMap((tag) => (VALUES[tag] ? all[VALUES[tag]](book) : [])))
}

/** Names that may be a key here. */
export function keyNames(book, tags, { path, around, before }) {
  const found = [...tags].flatMap((tag) => (KEYS[tag] ? all[KEYS[tag]](book) : []))
  if (tags.has('ConditionFields.*')) found.push(...all.attributes(book))
  if (path.at(-1) === 'where') found.push(...keys(propertiesOf(book, path, around)))
  return distinct(found).filter((name) => !before.includes(name))
}

/** The properties of the signal beside a `where`. */
function propertiesOf(book, path, around) {
  const signal = around[path.lastIndexOf('where')]?.signal
  return book.signals?.[signal]?.properties
}

function options(attribute) {
  if (attribute?.type === 'boolean') return ['true', 'false']
  return distinct(list(attribute?.options))
}

/** What a name of the playbook is called, and what it is. */
export function about(book, name) {
  const attribute = book.attributes?.[name]
  if (attribute) return { detail: attribute.type, label: attribute.label, more: list(attribute.options).join(', ') }
  const kinds = [['signals', 'signal'], ['stages', 'stage'], ['segments', 'segment'], ['scores', 'score']]
  const [part, detail] = kinds.find(([kind]) => book[kind]?.[name] !== undefined) ?? []
  return part ? { detail, label: book[part][name]?.label, more: book[part][name]?.definition ?? '' } : null
}
