import { validateProperties } from '@threadline/schema'
import { standardEvents } from '@threadline/schema/zod'
import { expect } from 'vitest'
import type { StripeCapture } from '../src/stripe/capture.ts'
import { fromStripe } from '../src/stripe/from-stripe.ts'
import { stripeEvent } from './stripe-fixtures.ts'

/** The capture of one webhook, after its properties were checked against the standard catalogue. */
export function captured(
  fixture: Parameters<typeof stripeEvent>,
  options?: Parameters<typeof fromStripe>[1],
): StripeCapture | undefined {
  const capture = fromStripe(stripeEvent(...fixture), options)
  if (capture) expect(validateProperties(standardEvents, capture.event, capture.properties)).toMatchObject({ ok: true })
  return capture
}
