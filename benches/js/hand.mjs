// The rules of workload.yaml written out in JavaScript, over parsed objects.

const DAY_MS = 86_400_000
const HALF_LIFE_MS = 30 * DAY_MS

export function decide(lead, asOf) {
  const { account, contact, deal } = lead
  let pricing = 0, product = 0, customers = 0, docs = 0
  let decision = 0, early = 0, webinar = 0, demo = 0, unsubscribed = 0
  let views14 = 0, pricing7 = 0, pricing30 = 0, trial7 = 0, demo30 = 0
  for (const event of lead.events) {
    const age = asOf - event.at
    if (age < 0) continue
    switch (event.signal) {
      case 'page_view': {
        if (age < 14 * DAY_MS) views14 += 1
        const path = event.path
        if (path.startsWith('/pricing')) {
          pricing += 8 * faded(age)
          if (age < 7 * DAY_MS) pricing7 += 1
          if (age < 30 * DAY_MS) pricing30 += 1
        } else if (path.startsWith('/product')) product += 2 * faded(age)
        else if (path.startsWith('/customers')) customers += 3 * faded(age)
        else if (path.startsWith('/docs')) docs += 1.5 * faded(age)
        break
      }
      case 'download':
        if (event.journey === 'decision') decision += 12 * faded(age)
        else early += 4 * faded(age)
        break
      case 'webinar':
        if (event.attended) webinar += 10 * faded(age)
        break
      case 'trial_use':
        if (event.minutes >= 10 && age < 7 * DAY_MS) trial7 += 1
        break
      case 'demo_request':
        demo += 30 * faded(age)
        if (age < 30 * DAY_MS) demo30 += 1
        break
      case 'unsubscribe':
        unsubscribed += 15 * faded(age)
        break
    }
  }
  const fit = fitOf(account, contact)
  const pages = Math.min(pricing, 24) + Math.min(product, 12) + Math.min(customers, 9) + Math.min(docs, 6)
  const actions = Math.min(decision, 24) + Math.min(early, 8) + Math.min(webinar, 20) + Math.min(demo, 30) -
    Math.min(unsubscribed, 30)
  const habits = (views14 >= 8 ? 10 : 0) + (pricing7 >= 2 ? 10 : 0) + (trial7 >= 3 ? 20 : 0)
  const intent = Math.min(100, Math.max(0, Math.min(pages, 45) + Math.min(actions, 70) + habits))
  return { fit, intent, gate: gateOf(account, contact, deal, fit, intent, pricing30, demo30) }
}

function faded(age) {
  return 2 ** (-age / HALF_LIFE_MS)
}

function fitOf(account, contact) {
  let company = 0
  if (account.industry === 'software' || account.industry === 'fintech') company += 20
  if (account.employees >= 50 && account.employees <= 1000) company += 25
  if (account.revenue >= 5_000_000 || account.listed === true) company += 10
  if (account.region === 'north_america' || account.region === 'europe') company += 7.5
  const technologies = account.technologies
  if (technologies?.includes('salesforce') || technologies?.includes('hubspot')) company += 12
  let person = 0
  const { department, seniority } = contact
  if (department === 'marketing' || department === 'revenue_operations' || department === 'sales') person += 15
  if (seniority === 'c_level' || seniority === 'vice_president' || seniority === 'director') person += 17.5
  if (contact.business_email === false) person -= 10
  return Math.min(100, Math.max(0, Math.min(company, 70) + Math.min(person, 40)))
}

function gateOf(account, contact, deal, fit, intent, pricing30, demo30) {
  const budget = deal.budget >= 10_000
  const authority = deal.authority === true
  const need = deal.need === 'stated' || deal.need === 'urgent'
  const timing = deal.months_to_start <= 6
  if (intent >= 40 && budget && authority && need && timing && pricing30 >= 1) return 6
  if (fit >= 50 && budget + authority + need + timing >= 3) return 5
  if (fit >= 40 && contact.consent === true && (demo30 >= 1 || intent >= 55)) return 4
  if (fit >= 40 && intent >= 30 && contact.consent === true) return 3
  const { industry } = account
  if (fit >= 25 && industry !== undefined && industry !== 'education' && industry !== 'government') return 2
  if (intent >= 5 || contact.business_email === true) return 1
  return 0
}
