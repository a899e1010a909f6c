import {
  describeIssues,
  type EventCatalogue,
  eventSource,
  isCurrency,
  LIMITS,
  STANDARD_EVENTS,
  SYSTEM_EVENTS,
  type TrackEvent,
  validateProperties,
} from '@threadline/schema'
import { quote } from './quote.ts'

// Not a set: a bundler cannot tell that one it builds is not needed.
const SYSTEM_NAMES: readonly string[] = SYSTEM_EVENTS
const SOURCES: { readonly [name: string]: { readonly source: string } } = STANDARD_EVENTS

/** Names under which money is passed elsewhere, where nobody counts it as revenue. */
const MONEY_PROPERTIES = ['value', 'revenue', 'amount', 'price', 'total'] as const

function nameProblem({ event }: TrackEvent): string | undefined {
  if (typeof event !== 'string' || event.trim() === '') return `an event needs a name, got ${quote(event)}.`
  if (event.length > LIMITS.eventNameLength)
    return `the name has over ${LIMITS.eventNameLength} characters. Shorten it.`
  if (event.startsWith('$') && !SYSTEM_NAMES.includes(event)) {
    return 'names that start with $ are reserved. Name it without.'
  }
  if (/\s/.test(event)) {
    return 'the name has spaces, which are easy to write differently elsewhere. Write snake_case, as plan_viewed.'
  }
  return undefined
}

function moneyProblem({ event, value, currency, properties }: TrackEvent): string | undefined {
  if (value !== undefined && !Number.isSafeInteger(value)) {
    return `value is an integer of minor units, got ${quote(value)}. 49.90 EUR is { value: 4990, currency: 'EUR' }.`
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return `currency is an ISO 4217 code in upper case, such as 'EUR', got ${quote(currency)}.`
  }
  if (value !== undefined && currency === undefined) {
    return `value ${value} has no currency, so it counts as no revenue. Add currency: 'EUR', or another code.`
  }
  const name = MONEY_PROPERTIES.find((candidate) => typeof properties?.[candidate] === 'number')
  if (name && value === undefined && properties?.['currency'] !== undefined) {
    return `${name} and currency are properties here, so they count as no revenue. Pass them as the third argument: capture('${event}', {}, { value: 4990, currency: 'EUR' }), in minor units.`
  }
  return undefined
}

function sourceProblem({ event }: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  const source =
    (catalogue && eventSource(catalogue, event)) ?? (Object.hasOwn(SOURCES, event) && SOURCES[event]?.source)
  return source === 'server' ? 'belongs to the server, where it cannot be forged or lost. Capture it there.' : undefined
}

function propertiesProblem({ event, properties }: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  const result = catalogue && validateProperties(catalogue, event, properties)
  return result && !result.ok ? describeIssues(result.issues) : undefined
}

/** What the collector would refuse or flag about an event, as a sentence for the person who wrote the call. */
export function eventProblem(event: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  return (
    nameProblem(event) ?? moneyProblem(event) ?? sourceProblem(event, catalogue) ?? propertiesProblem(event, catalogue)
  )
}
