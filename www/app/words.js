// Puts a playbook's conditions, rules and names into plain words. `definition` is the playbook document
// (questions.json), of which any part may be absent: then the bare name is shown.

const list = (value) => (Array.isArray(value) ? value : [value])
const durations = { ms: 'millisecond', s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' }
const lower = (text) => (/^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text)
export const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1)

export const plain = (name) => upper(String(name).replace(/^(account|contact|deal)\./, '').replaceAll('_', ' '))

export function joined(parts, word = 'and') {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`
}

export function number(value) {
  const maximumFractionDigits = Math.abs(value) < 0.1 ? 3 : 1
  return new Intl.NumberFormat('en-US', { maximumFractionDigits }).format(value).replace('-', '−')
}

// Cut off, not rounded, so that 19.98 never reads like the 20 that a gate asks for.
export function reached(value) {
  return number(Math.trunc(value * 10) / 10)
}

export function signed(value) {
  return (value > 0 ? '+' : '') + number(value)
}

export function duration(text) {
  const [, count, unit] = /^(\d+)([a-z]+)$/.exec(text) ?? []
  return count ? `${count} ${durations[unit]}${count === '1' ? '' : 's'}` : text
}

export function moment(instant, now) {
  const away = instant - now
  const minutes = Math.max(1, Math.round(away / 60_000))
  if (away < 3_600_000) return `in ${minutes} minute${minutes === 1 ? '' : 's'}`
  const date = new Date(instant)
  if (away < 86_400_000) return `at ${date.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' })}`
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric'
  return `on ${date.toLocaleDateString('en-US', { day: 'numeric', month: 'long', year })}`
}

export function words(definition) {
  const part = (section, name) => definition?.[section]?.[name]
  const attribute = (name) => part('attributes', name)?.label ?? plain(name)
  const signal = (name) => part('signals', name)?.label ?? plain(name)
  const stage = (name) => part('stages', name)?.label ?? plain(name)
  const segment = (name) => part('segments', name)?.label ?? plain(name)
  const score = (name) => part('scores', name)?.label ?? plain(name)
  const route = (name) => plain(name ?? 'nothing yet')
  const persona = (name) => definition?.personas?.find((entry) => entry.name === name)?.label ?? plain(name)

  function option(name, value) {
    if (value === true) return 'yes'
    if (value === false) return 'no'
    if (typeof value === 'number') return number(value)
    const answer = part('attributes', name)?.ask?.answers?.find((entry) => entry.value === value)
    return answer ? lower(answer.label) : String(value).replaceAll('_', ' ')
  }

  function range(test, show) {
    const low = test.from ?? test.above
    const high = test.to ?? test.below
    const above = test.above !== undefined
    const below = test.below !== undefined
    if (low !== undefined && high !== undefined) return `${above ? 'above ' : ''}${show(low)} ${below ? 'to under' : 'to'} ${show(high)}`
    if (low !== undefined) return above ? `more than ${show(low)}` : `at least ${show(low)}`
    return below ? `less than ${show(high)}` : `at most ${show(high)}`
  }

  function test(value, show) {
    if (Array.isArray(value)) return joined(value.map(show), 'or')
    if (value === null || typeof value !== 'object') return show(value)
    const said = []
    if (['from', 'to', 'above', 'below'].some((key) => key in value)) said.push(range(value, show))
    if ('equals' in value) said.push(joined(list(value.equals).map(show), 'or'))
    if ('known' in value) said.push(value.known ? 'known' : 'not known')
    if ('within' in value) said.push(`in the last ${duration(value.within)}`)
    if ('ahead' in value) said.push(`in the next ${duration(value.ahead)}`)
    if ('has_any' in value) said.push(joined(list(value.has_any).map(show), 'or'))
    if ('has_all' in value) said.push(joined(list(value.has_all).map(show)))
    if ('has_none' in value) said.push(`none of ${joined(list(value.has_none).map(show), 'or')}`)
    for (const key of ['contains', 'starts_with', 'glob']) {
      if (key in value) said.push(`${plain(key).toLowerCase()} ${joined(list(value[key]).map(show), 'or')}`)
    }
    return joined(said)
  }

  function event({ signal: name, where = {} }) {
    const details = Object.entries(where).map(([, value]) => test(value, (shown) => String(shown).replace(/\*$/, '')))
    return lower(signal(name)) + (details.length ? ` (${details.join(', ')})` : '')
  }

  function counted(condition) {
    const { from, to } = condition.count ?? {}
    const within = condition.count?.within ?? condition.within
    const times = to !== undefined ? `${range({ from: from || undefined, to }, number)} × ` : from > 1 ? `${from} × ` : ''
    return times + event(condition) + (within ? ` in the last ${duration(within)}` : '')
  }

  const many = (name, value, show) => joined(list(value).map(show), 'or') && `${name} ${joined(list(value).map(show), 'or')}`
  const forms = {
    all: (parts) => joined(parts.map(condition)),
    any: (parts) => joined(parts.map(condition), 'or'),
    none: (parts) => `not ${joined(parts.map(condition), 'or')}`,
    at_least: ({ count, of }) => `${count} of: ${of.map(condition).join('; ')}`,
    score: (scores) => joined(Object.entries(scores).map(([name, bounds]) => `${score(name)} ${range(bounds, number)}`)),
    band: (bands) => joined(Object.entries(bands).map(([name, band]) => many(`${score(name)} in`, band, String))),
    grade: (value) => many('grade', value, String),
    icp: (value) => many('tier', value, plain),
    persona: (value) => many('persona', value, persona),
    segment: (value) => many('', value, segment).trim(),
    gate: (value) => many('the bar for', value, (name) => lower(stage(name))),
    stage: (value) => many('is now', value, (name) => lower(stage(name))),
    time_in_stage: (value) => `in this stage for ${range(value, duration)}`,
    readiness(value) {
      const criteria = Object.keys(definition?.readiness?.criteria ?? {}).map((name) => plain(name).toLowerCase())
      if (value === 'ready') return `${definition?.readiness?.at_least ?? criteria.length} of ${joined(criteria)}`
      return Array.isArray(value) ? joined(value.map((name) => plain(name).toLowerCase())) : `${range(value, number)} of ${joined(criteria)}`
    },
  }

  function condition(written) {
    if (written === null || typeof written !== 'object') return String(written)
    if ('signal' in written) return counted(written)
    if ('sequence' in written) {
      const steps = written.sequence.map((step) => event(typeof step === 'string' ? { signal: step } : step))
      return steps.join(', then ') + (written.within ? `, within ${duration(written.within)}` : '')
    }
    return joined(Object.entries(written).map(([key, value]) =>
      key in forms ? forms[key](value) : `${attribute(key)}: ${test(value, (shown) => option(key, shown))}`))
  }

  // The parts that a decision's `criteria` speaks of, in its order.
  function criteria(name) {
    const enter = part('stages', name)?.enter
    if (!enter) return []
    const keys = Object.keys(enter)
    if (keys.length === 1 && keys[0] === 'all') return enter.all.map(condition).map(upper)
    if (keys.length === 1 || 'signal' in enter || 'sequence' in enter) return [upper(condition(enter))]
    return keys.sort().map((key) => upper(condition({ [key]: enter[key] })))
  }

  function rule(scoreName, line) {
    const written = part('scores', scoreName)?.groups?.find((group) => group.name === line.group)?.rules?.[line.rule]
    if (!written) return plain(line.group)
    return written.label ?? upper(condition(written.when ?? written))
  }

  const reasons = { period: 'more than counts per period', decay: 'faded with time', rule_cap: 'as much as this can bring' }
  function ledger(scoreName, line) {
    if (line.line === 'group_cap') return `Limit of “${plain(line.group).toLowerCase()}”`
    if (line.line === 'score_cap') return `Limit of ${score(scoreName)}`
    const said = rule(scoreName, line)
    if (line.line === 'rule') return line.events > 1 ? `${said}, ${line.events} times` : said
    return `${said}: ${reasons[line.line] ?? line.line}`
  }

  function missing(addition) {
    const details = Object.values(addition.properties ?? {}).map(String)
    return `${addition.times} × ${lower(signal(addition.signal))}${details.length ? ` (${details.join(', ')})` : ''}`
  }

  // Stages in the order in which the transitions reach them.
  function stages(names) {
    const order = [definition?.initial]
    for (const reached of order) {
      for (const { from, to } of definition?.transitions ?? []) {
        if (list(from).includes(reached) && !order.includes(to)) order.push(to)
      }
    }
    const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length)
    return [...names].sort((a, b) => place(a) - place(b))
  }

  // Several routes may lead to one name; then the decision does not say which of their labels is meant.
  function action(name) {
    const labels = new Set(definition?.routes?.filter((entry) => entry.then === name).map((entry) => entry.label))
    return labels.size === 1 ? [...labels][0] : undefined
  }

  const meaning = (name) => part('stages', name)?.definition

  return { attribute, signal, stage, segment, meaning, score, route, persona, action, option, condition, criteria, ledger, missing, stages }
}
