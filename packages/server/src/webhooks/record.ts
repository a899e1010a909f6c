import { type DropReason, type FlushOptions, isThreadlineError, type Outcome, ThreadlineError } from '@threadline/core'
import type { EventFields } from '../capture/input.ts'
import type { CaptureResult } from '../delivery/verdict.ts'

/** An event made from a webhook. Give it an `eventId` made of the sender's own id, so that repeats count once. */
export interface WebhookCapture extends EventFields {
  readonly event: string
  readonly properties?: object | undefined
}

/** A client, as far as a webhook needs one. */
export interface WebhookClient {
  captureNow(input: WebhookCapture, options?: FlushOptions): Promise<CaptureResult>
}

/** What became of the captures of one message. */
export interface Recorded {
  /** How many captures the message came to. */
  readonly received: number
  /** Why some of them were refused for good; `onDrop` was told of each. */
  readonly dropped: readonly string[]
}

/** Drops after which delivering the message again can succeed. */
const PASSING: readonly DropReason[] = ['queue_overflow', 'expired', 'closed', 'unclear']

/**
 * Captures, and resolves when all of it is delivered or refused for good.
 *
 * @throws what says that the message should be delivered again: `FlushError` when there was no time to deliver, another
 * `ThreadlineError` when the client took nothing.
 */
export async function record({
  client,
  captures,
  timeoutMs,
}: {
  readonly client: WebhookClient
  readonly captures: readonly WebhookCapture[]
  readonly timeoutMs: number
}): Promise<Recorded> {
  const results = await Promise.all(captures.map((capture) => client.captureNow(capture, { timeoutMs })))
  const dropped = results.flatMap(({ outcomes }) => Object.values(outcomes).flatMap(dropReason))
  const passing = dropped.find((reason) => PASSING.includes(reason))
  if (passing !== undefined) throw new ThreadlineError(passing, 'not recorded; deliver again')
  return { received: captures.length, dropped }
}

function dropReason(outcome: Outcome): readonly DropReason[] {
  return outcome.kind === 'dropped' ? [outcome.reason] : []
}

/** Whether what {@link record} threw can pass. */
export function canPass(error: unknown): boolean {
  return isThreadlineError(error) && (error.name === 'FlushError' || PASSING.some((reason) => reason === error.code))
}
