import type { Dimension } from '../../src/traffic/filters.ts'

/** The events that clients capture by themselves, and those of the standard catalogue, as people say them. */
const EVENTS = new Map([
  ['$pageview', 'Pageview'],
  ['$page_leave', 'Page left'],
  ['$identify', 'Identified'],
  ['$group', 'Joined a group'],
  ['$alias', 'Ids joined'],
  ['content_viewed', 'Content viewed'],
  ['signup_completed', 'Signed up'],
  ['lead_created', 'Became a lead'],
  ['feature_used', 'Used a feature'],
  ['checkout_started', 'Checkout started'],
  ['checkout_cancelled', 'Checkout cancelled'],
  ['checkout_finished', 'Checkout finished'],
  ['trial_started', 'Trial started'],
  ['trial_ended', 'Trial ended'],
  ['subscription_started', 'Subscribed'],
  ['subscription_renewed', 'Subscription renewed'],
  ['subscription_cancelled', 'Subscription cancelled'],
  ['purchase', 'Purchased'],
  ['refunded', 'Refunded'],
  ['invoice_paid', 'Invoice paid'],
])

const VALUES: { readonly [Name in Dimension]?: ReadonlyMap<string, string> } = {
  channel: new Map([
    ['ai_assistants', 'AI assistants'],
    ['sms', 'SMS'],
  ]),
  device: new Map([['tv', 'TV']]),
}

/** What a row is called that stands for those without a value. */
const NONE: { readonly [Name in Dimension]?: string } = {
  page: 'Outside of pages',
  entryPage: 'No page seen',
  exitPage: 'No page seen',
  source: 'Direct or unknown',
  medium: 'No medium',
  campaign: 'No campaign',
  referrer: 'No referrer',
}

/** The names of countries in the reader's language; their code where there is none. */
const COUNTRIES = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' })

/**
 * What an event is called: `Pageview /pricing`, `Signed up`. A name of one's own stays readable as it was given:
 * `report_exported` is `Report exported`, and `Report Exported` stays.
 */
export function eventName(event: string, path?: string): string {
  const name = EVENTS.get(event) ?? sentence(event)
  return event === '$pageview' && path ? `${name} ${path}` : name
}

/** What a value of a dimension is called; null stands for those without one. */
export function valueName(dimension: Dimension, value: string | null): string {
  if (value === null || value === '') return NONE[dimension] ?? 'Unknown'
  if (dimension === 'event') return eventName(value)
  if (dimension === 'country') return countryName(value)
  if (dimension === 'channel' || dimension === 'device') return VALUES[dimension]?.get(value) ?? sentence(value)
  return value
}

/** What a goal is called, which is an event or the path of a page. */
export function goalName(goal: string): string {
  return goal.startsWith('/') ? eventName('$pageview', goal) : eventName(goal)
}

function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (COUNTRIES.of(code) ?? code) : code
}

function sentence(name: string): string {
  const words = name.replace(/^\$/, '').replaceAll('_', ' ').trim()
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}
