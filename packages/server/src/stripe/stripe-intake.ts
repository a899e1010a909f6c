import { type Recorded, record } from '../webhooks/record.ts'
import { isObject, numberAt, objectAt, type StripeEvent, textAt } from './stripe-event.ts'
import { capturesOf, type StripeCaptureOptions } from './stripe-webhook.ts'
import { isThinEvent } from './thin-event.ts'

/**
 * Captures events of Stripe's that arrive verified: from Amazon EventBridge, from a queue, or from Stripe's API. Takes an
 * event as it is or in EventBridge's envelope (`detail`), and thin events as nothing.
 *
 * The promise resolves when the event is delivered or refused for good, and rejects when it should be delivered again.
 *
 * @example
 * ```ts
 * const intake = stripeIntake({ client })
 * export const handler = async (message: { detail: unknown }) => {
 *   await intake(message)
 * }
 * ```
 */
export function stripeIntake(options: StripeCaptureOptions<StripeEvent>): (message: unknown) => Promise<Recorded> {
  const { client, timeoutMs = 5_000 } = options
  return async (message) => {
    const event = objectAt(message, 'detail') ?? message
    if (isThinEvent(event)) return { received: 0, dropped: [] }
    if (!isStripeEvent(event))
      throw new TypeError('not an event of Stripe’s: it has no id, type, created and data.object')
    return record({ client, captures: await capturesOf(event, options), timeoutMs })
  }
}

function isStripeEvent(event: unknown): event is StripeEvent {
  return (
    isObject(event) &&
    textAt(event, 'id') !== undefined &&
    textAt(event, 'type') !== undefined &&
    numberAt(event, 'created') !== undefined &&
    objectAt(event, 'data', 'object') !== undefined
  )
}
