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
import type { Part } from '../contract/instance.ts'

// Not a set: a bundler cannot tell that one it builds is not needed.
const SYSTEM_NAMES: readonly string[] = SYSTEM_EVENTS
const SOURCES: { readonly [name: string]: { readonly source: string } } = STANDARD_EVENTS

function nameProblem({ event }: TrackEvent): string | undefined {
  if (typeof event !== 'string' || event.trim() === '') return 'an event needs a name'
  if (event.length > LIMITS.eventNameLength) return `the name is over ${LIMITS.eventNameLength} characters`
  if (event.startsWith('$') && !SYSTEM_NAMES.includes(event)) return 'names that start with $ are reserved'
  return undefined
}

function moneyProblem({ value, currency }: TrackEvent): string | undefined {
  if (value !== undefined && !Number.isSafeInteger(value)) {
    return `value is an integer of minor units, so 49.90 EUR is 4990: got ${String(value)}`
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return `currency is an ISO 4217 code such as EUR: got ${String(currency)}`
  }
  return undefined
}

function sourceProblem({ event }: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  const source =
    (catalogue && eventSource(catalogue, event)) ?? (Object.hasOwn(SOURCES, event) && SOURCES[event]?.source)
  return source === 'server' ? 'this event belongs to the server, where it cannot be forged or lost' : undefined
}

function propertiesProblem({ event, properties }: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  const result = catalogue && validateProperties(catalogue, event, properties)
  return result && !result.ok ? describeIssues(result.issues) : undefined
}

/** What the collector would refuse or flag about an event, in words for the person who wrote the call. */
export function problemOf(event: TrackEvent, catalogue?: EventCatalogue): string | undefined {
  return (
    nameProblem(event) ?? moneyProblem(event) ?? sourceProblem(event, catalogue) ?? propertiesProblem(event, catalogue)
  )
}

/**
 * Warns on the console, once for each text, of events that the collector would refuse or flag. Part of every client
 * while `NODE_ENV` is not `production`; bundlers leave it out of production builds.
 */
export const development: Part = ({ config }) => {
  const told = new Set<string>()
  return {
    enrich(event) {
      const problem = problemOf(event, config.events)
      const text = `threadline: ${String(event.event)}: ${problem}`
      // biome-ignore lint/suspicious/noConsole: the developer's console is the place, and production builds have none of it
      if (problem !== undefined && !told.has(text)) console.warn(text)
      told.add(text)
      return undefined
    },
  }
}
