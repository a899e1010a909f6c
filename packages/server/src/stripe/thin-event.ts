import { verifyHmac } from '../webhooks/verify-hmac.ts'
import { textAt } from './stripe-event.ts'

/** As the `stripe` package has it: older signatures may be replayed. */
const TOLERANCE_SECONDS = 300

/** The JSON in `text`, or undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether this is an event of Stripe's second API, which names what changed and has none of it. */
export function isThinEvent(event: unknown): boolean {
  return textAt(event, 'object') === 'v2.core.event'
}

/**
 * Whether Stripe signed it lately. The `stripe` package is not asked, because its check of signatures also wants the event
 * to be of the first API. Source: https://docs.stripe.com/webhooks/signature.
 */
export async function isSignedThinEvent(signed: {
  readonly body: string
  readonly header: string
  readonly secret: string
}): Promise<boolean> {
  const parts = signed.header.split(',').map((part) => part.split('='))
  const time = parts.find(([scheme]) => scheme === 't')?.[1] ?? ''
  if (!(Math.abs(Date.now() / 1_000 - Number(time)) <= TOLERANCE_SECONDS)) return false
  const signatures = parts.filter(([scheme]) => scheme === 'v1').map(([, signature]) => signature)
  const payload = `${time}.${signed.body}`
  const checks = signatures.map((signature) => verifyHmac({ secret: signed.secret, payload, signature }))
  return (await Promise.all(checks)).includes(true)
}
