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
  if (status > 199 && status < 300) return { kind: 'delivered' }

  const reason = PAUSES[status - 401]
  if (reason) return { kind: 'pause', reason, message }

  if (/400|413|422/.test(message)) {
    const kind = batch[1] ? 'split' : 'drop'
    return { kind, reason: status === 413 ? 'payload_too_large' : 'validation_error', message }
  }

  if (/408|425|429|5(?!01|05)..$/.test(message)) {
    return { kind: 'retry', retryAfterMs: parseRetryAfter(response.header('retry-after'), now), message }
  }

  return { kind: 'drop', reason: status < 400 ? 'unexpected_redirect' : 'rejected', message }
}
