import type { Clock, DeliveryRequest, DeliveryResponse, Send, SendFailure } from '@threadline/core'
import { GZIP_FROM_BYTES, type Transport, type TransportRequest } from '../transport/transport.ts'
import { failureOf } from './failure.ts'
import { untraced } from './untraced.ts'

export interface SenderOptions {
  readonly transport: Transport
  readonly clock: Clock
  /** Milliseconds for one whole exchange: connection, request, answer, body. */
  readonly timeoutMs: number
  /** The destination takes gzip. */
  readonly gzip: boolean
}

export interface Sender {
  readonly send: Send
  /** Ends every exchange under way as failed. */
  abort(): void
}

/** Unsupported Media Type: what a proxy says that cannot look into a compressed body. */
const UNSUPPORTED = 415

/**
 * Puts one deadline around a transport, and turns whatever it does into an answer or a failure.
 *
 * A compressed request that is refused with 415 is tried again without; when that helps, no more are compressed.
 */
export function createSender({ transport, clock, timeoutMs, gzip }: SenderOptions): Sender {
  const running = new Set<(reason: Error) => void>()
  let compresses = gzip

  async function exchange(request: Omit<TransportRequest, 'gzip'>): Promise<DeliveryResponse> {
    const compressed = compresses && request.body.length >= GZIP_FROM_BYTES
    const answer = await untraced(() => transport({ ...request, gzip: compressed }))
    if (!compressed || answer.status !== UNSUPPORTED) return answer
    const plain = await untraced(() => transport({ ...request, gzip: false }))
    if (plain.status !== UNSUPPORTED) compresses = false
    return plain
  }

  function send(request: DeliveryRequest): Promise<DeliveryResponse | SendFailure> {
    return new Promise((resolve) => {
      const controller = new AbortController()
      const settle = (result: DeliveryResponse | SendFailure): void => {
        running.delete(stop)
        cancelDeadline()
        resolve(result)
      }
      // Settles by itself: a transport that ignores the signal must not hold the queue.
      const stop = (reason: Error): void => {
        settle(failureOf(reason, request.url))
        controller.abort(reason)
      }
      running.add(stop)
      const late = (): void => stop(new Error(`no complete answer within ${timeoutMs} ms`))
      const cancelDeadline = clock.after(timeoutMs, late, false)
      exchange({ ...request, signal: controller.signal }).then(settle, (error: unknown) =>
        settle(failureOf(error, request.url)),
      )
    })
  }

  return {
    send,
    abort() {
      for (const stop of [...running]) stop(new Error('given up at shutdown'))
    },
  }
}
