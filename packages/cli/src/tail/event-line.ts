import { isCurrency, toMajorUnits } from '@threadline/schema'
import { printable } from '../printable.ts'
import type { LiveEvent } from './live-events.ts'

/** Longest properties that are shown whole, in characters. */
const MAX_PROPERTIES = 160

/** An event as one line of text, for people: when, what, who, how much, and the properties. */
export function eventLine({ event, occurredAt, sender }: LiveEvent): string {
  const words = [
    occurredAt,
    sender,
    event.event,
    String(event['userId'] ?? event['anonymousId'] ?? ''),
    money(event['value'], event['currency']),
    typeof event['path'] === 'string' ? event['path'] : '',
    properties(event['properties']),
  ]
  return words
    .filter((word) => word !== '')
    .map(printable)
    .join('  ')
}

function money(value: unknown, currency: unknown): string {
  if (typeof value !== 'number') return ''
  return isCurrency(currency) && Number.isSafeInteger(value)
    ? `${toMajorUnits(value, currency)} ${currency}`
    : `${value}`
}

function properties(value: unknown): string {
  const text = value === undefined ? '' : JSON.stringify(value)
  return text.length > MAX_PROPERTIES ? `${text.slice(0, MAX_PROPERTIES)}…` : text
}
