import type { DeliveryResponse, EncodedEvent, Verdict } from './destination.ts'
import type { PauseReason } from './error.ts'
import { parseRetryAfter } from './retry-after.ts'

/** From 401 on. */
const PAUSES: readonly PauseReason[] = ['unauthorized', 'quota_exceeded', 'forbidden', 'not_found']

/**
 * What a status means where a service says nothing more precise.
 *
 * | status | verdict |
 * |---|---|
 * | 2xx | delivered |
 * | 408, 425, 429, 5xx except 501 and 505 | retry, `Retry-After` as a floor |
 * | 413, 400, 422 | split a batch, drop a single event |
 * | 401, 402, 403, 404 | pause |
 * | 3xx, everything else | drop |
 *
 * The answer's body stays out of the message: a service may echo the key in it.
 */
export function statusVerdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict {
  const { status } = response
  const message = `HTTP ${status}`
  if (status >= 200 && status < 300) return { kind: 'delivered' }

  const paused = PAUSES[status - 401]
  if (paused) return { kind: 'pause', reason: paused, message }

  if (status === 400 || status === 413 || status === 422) {
    const reason = status === 413 ? 'payload_too_large' : 'validation_error'
    return { kind: batch.length > 1 ? 'split' : 'drop', reason, message }
  }

  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505)) {
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), now)
    return retryAfterMs === undefined ? { kind: 'retry', message } : { kind: 'retry', message, retryAfterMs }
  }

  return { kind: 'drop', reason: status < 400 ? 'unexpected_redirect' : 'rejected', message }
}
