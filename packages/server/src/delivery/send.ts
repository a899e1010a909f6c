import {
  type Clock,
  codeOf,
  type DeliveryRequest,
  type DeliveryResponse,
  failureOf,
  type Send,
  type SendFailure,
} from '@threadline/core'
import type { RequestReport } from '../reports/requests.ts'
import { GZIP_FROM_BYTES, type Transport, type TransportRequest } from '../transport/transport.ts'
import { untraced } from './untraced.ts'

export interface SenderOptions {
  readonly transport: Transport
  readonly clock: Clock
  /** Milliseconds for one whole exchange: connection, request, answer, body. */
  readonly timeoutMs: number
  /** The destination takes gzip. */
  readonly gzip: boolean
  /** Called once for each request, when its outcome is known. Must not throw. */
  readonly onRequest: (request: Omit<RequestReport, 'destination'>) => void
}

export interface Sender {
  readonly send: Send
  /** Ends every exchange under way as failed, not to be tried again at once. */
  abort(): void
}

/** A process that ends must be gone before what it gave up is tried again. */
const RETRY_ABORTED_AFTER_MS = 2_000

/** Unsupported Media Type: what a proxy says that cannot look into a compressed body. */
const UNSUPPORTED = 415

/**
 * Puts one deadline around a transport, and turns whatever it does into an answer or a failure.
 *
 * A compressed request that is refused with 415 is tried again without; when that helps, no more are compressed.
 */
export function createSender({ transport, clock, timeoutMs, gzip, onRequest }: SenderOptions): Sender {
  const running = new Set<(reason: Error, code: string, retry?: Pick<SendFailure, 'retryAfterMs'>) => void>()
  let compresses = gzip

  async function exchange(request: Omit<TransportRequest, 'gzip'>): Promise<DeliveryResponse> {
    const compressed = compresses && request.body.length >= GZIP_FROM_BYTES
    const answer = await untraced(() => transport({ ...request, gzip: compressed }))
    // Read whatever was sent: a transport that resolves with nothing has failed.
    if (answer.status !== UNSUPPORTED || !compressed) return answer
    const plain = await untraced(() => transport({ ...request, gzip: false }))
    if (plain.status !== UNSUPPORTED) compresses = false
    return plain
  }

  function send(request: DeliveryRequest): Promise<DeliveryResponse | SendFailure> {
    return new Promise((resolve) => {
      const controller = new AbortController()
      const startedAt = clock.now()
      const settle = (result: DeliveryResponse | SendFailure, failure?: string): void => {
        // Aborting makes the transport reject as well.
        if (!running.delete(stop)) return
        cancelDeadline()
        // Never negative, though the clock may be set back.
        const durationMs = Math.max(0, clock.now() - startedAt)
        onRequest({ durationMs, status: result.status === 0 ? undefined : result.status, failure })
        resolve(result)
      }
      // Settles by itself: a transport that ignores the signal must not hold the queue.
      const stop = (reason: Error, code: string, retry?: Pick<SendFailure, 'retryAfterMs'>): void => {
        settle({ ...failureOf(reason, request.url), ...retry }, code)
        controller.abort(reason)
      }
      running.add(stop)
      const late = (): void => stop(new Error(`no complete answer within ${timeoutMs} ms`), 'timeout')
      const cancelDeadline = clock.after(timeoutMs, late, false)
      exchange({ ...request, signal: controller.signal }).then(
        (answer) => settle(answer),
        (error: unknown) => settle(failureOf(error, request.url), codeOf(error)),
      )
    })
  }

  return {
    send,
    abort() {
      const retry = { retryAfterMs: RETRY_ABORTED_AFTER_MS }
      for (const stop of [...running]) stop(new Error('given up at shutdown'), 'aborted', retry)
    },
  }
}
