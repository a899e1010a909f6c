import { isCurrency, type TrackEvent, toMajorUnits } from '@threadline/schema'
import type { Refusal } from './refusal.ts'

/** The event's currency as ISO 4217 writes it: upper case, no blanks around it. */
export function currencyCode(event: TrackEvent): string | undefined {
  return event.currency?.trim().toUpperCase()
}

/** Refuses a currency whose decimals are not known, so that no amount is off by a power of ten. */
export function currencyRefusal(event: TrackEvent): Refusal | undefined {
  const code = currencyCode(event)
  return code === undefined || isCurrency(code)
    ? undefined
    : { refused: 'invalid_currency', message: 'currency is not an ISO 4217 code' }
}

/** The event's value in major units as exact decimal text, which is JSON too. Two decimals without a currency. */
export function majorUnits(event: TrackEvent): string | undefined {
  return event.value === undefined ? undefined : toMajorUnits(event.value, currencyCode(event) ?? 'USD')
}
