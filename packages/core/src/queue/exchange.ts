import type { Clock } from '../clock.ts'
import type { Destination, Verdict } from '../destination.ts'
import type { Entry, Send, SendFailure } from './contract.ts'

/** What became of one request, besides what its answer means. */
export interface Sending {
  /** 0 when no answer came. */
  readonly status: number
  readonly cause: unknown
  /** Whether the server may have seen it. */
  readonly arrived: boolean
}

export interface ExchangeOptions {
  readonly destination: Pick<Destination, 'dedupes' | 'request' | 'verdict'>
  readonly clock: Pick<Clock, 'now'>
  readonly send: Send
  /** See `QueueOptions`. */
  readonly resendUnclear: boolean
}

/** One request and its answer, as a verdict. */
export interface Exchange {
  /** Sends a batch; synchronous up to `send`. Never rejects: what goes wrong is a verdict. */
  run(batch: readonly Entry[], attempt: number): Promise<readonly [Verdict, Sending]>
  /** Of a request whose sender is gone: that says nothing about the server, or about what is in it. */
  lost(): readonly [Verdict, Sending]
}

export function createExchange({ destination, clock, send, resendUnclear }: ExchangeOptions): Exchange {
  function noAnswer(sent: boolean, { message = 'no answer', retryAfterMs }: Partial<SendFailure> = {}): Verdict {
    return sent && !destination.dedupes && !resendUnclear
      ? { kind: 'drop', reason: 'unclear', message }
      : { kind: 'retry', message, retryAfterMs }
  }

  return {
    lost: () => [noAnswer(true), { status: 0, cause: undefined, arrived: false }],
    async run(batch, attempt) {
      try {
        const answer = await send(destination.request(batch, { now: clock.now(), attempt }), batch)
        const { status } = answer
        if ('sent' in answer)
          return [noAnswer(answer.sent, answer), { status, cause: answer.error, arrived: answer.sent }]
        const verdict = destination.verdict(answer, batch, clock.now())
        return [verdict, { status, cause: undefined, arrived: true }]
      } catch (cause) {
        return [noAnswer(true), { status: 0, cause, arrived: true }]
      }
    },
  }
}
