import type { Clock, DeliveryRequest, DeliveryResponse, Send, SendFailure } from '@threadline/core'
import { GZIP_FROM_BYTES, type Transport } from '../transport/transport.ts'
import { failureOf } from './failure.ts'

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

/** Puts one deadline around a transport, and turns whatever it does into an answer or a failure. */
export function createSender({ transport, clock, timeoutMs, gzip }: SenderOptions): Sender {
  const running = new Set<(reason: Error) => void>()

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
        settle(failureOf(reason))
        controller.abort(reason)
      }
      running.add(stop)
      const late = (): void => stop(new Error(`no complete answer within ${timeoutMs} ms`))
      const cancelDeadline = clock.after(timeoutMs, late, false)
      const compress = gzip && request.body.length >= GZIP_FROM_BYTES
      call(transport, { ...request, signal: controller.signal, gzip: compress }).then(settle, (error: unknown) =>
        settle(failureOf(error)),
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

/** A transport is the user's code: it may throw before it returns a promise. */
async function call(transport: Transport, request: Parameters<Transport>[0]): Promise<DeliveryResponse> {
  return await transport(request)
}
