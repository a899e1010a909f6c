import { isCurrency, type TrackEvent, toMajorUnits } from '@threadline/schema'
import { quoted } from './json-text.ts'
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

/** Events whose value is a payment; see `STANDARD_EVENTS`. In others it is a price, or money given back. */
const PAYMENTS: readonly string[] = ['checkout_finished', 'purchase', 'subscription_renewed', 'invoice_paid']

/** Tells whether the event's value is revenue: money that came in, in a currency. */
export function isPayment({ event, value, currency }: TrackEvent): boolean {
  return value !== undefined && currency !== undefined && PAYMENTS.includes(event)
}

/**
 * The event's money as members of JSON text, for services that take every `revenue` as income: a payment under that
 * name, any other amount as `value`. In major units, exactly.
 */
export function revenueOrValue(event: TrackEvent): { readonly [name: string]: string | undefined } {
  const currency = quoted(currencyCode(event))
  return isPayment(event) ? { revenue: majorUnits(event), currency } : { value: majorUnits(event), currency }
}
