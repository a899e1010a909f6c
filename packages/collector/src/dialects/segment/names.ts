import { STANDARD_EVENTS } from '@threadline/schema'
import type { Properties } from '../translate.ts'

/** Events of Segment's specs for shops and for business software that the standard catalogue has too. */
const STANDARD: { readonly [name: string]: 'purchase' | 'refunded' | 'checkout_started' | 'signup_completed' } = {
  'Order Completed': 'purchase',
  'Order Refunded': 'refunded',
  'Checkout Started': 'checkout_started',
  'Signed Up': 'signup_completed',
}

/** Ids that shops count, and the catalogue has as text. */
const IDS = ['order_id', 'checkout_id', 'product_id']

/** An event by the name that it is stored under. */
export interface Named {
  readonly event: string
  readonly properties: Properties
}

/**
 * The standard event that a track call stands for, and any other under its own name.
 *
 * What belongs to the server keeps its own name when a page sends it: it is on the timeline, and it is no revenue.
 *
 * @see https://segment.com/docs/connections/spec/ecommerce/v2/
 * @see https://segment.com/docs/connections/spec/b2b-saas/
 */
export function standardName(name: string, properties: Properties, isTrusted: boolean): Named {
  const event = Object.hasOwn(STANDARD, name) ? STANDARD[name] : undefined
  if (event === undefined || (!isTrusted && STANDARD_EVENTS[event].source === 'server')) {
    return { event: name, properties }
  }
  const ids = IDS.filter((id) => typeof properties[id] === 'number').map((id) => [id, String(properties[id])])
  // The spec knows orders alone, and nothing that is billed again.
  const once = event === 'checkout_started' ? { payment_type: 'one_time' } : {}
  return { event, properties: { ...once, ...properties, ...Object.fromEntries(ids) } }
}
