import type { FlushOptions, FlushResult } from '@threadline/core'
import type { BackfillOptions, BackfillResult } from './server-client.ts'

/** Deadline of the flush at the end, in milliseconds: a whole queue may still have to go out. */
const BACKFILL_FLUSH_MS = 60_000

export interface BackfillParts<Input> {
  readonly capture: (input: Input) => void
  /** Events that fit now. */
  readonly free: () => number
  readonly ready: (signal: AbortSignal | undefined) => Promise<void>
  readonly flush: (options: FlushOptions) => Promise<FlushResult>
}

/** Captures everything a source yields, as fast as events are delivered. */
export async function backfill<Input>(
  source: AsyncIterable<Input> | Iterable<Input>,
  { signal, timeoutMs = BACKFILL_FLUSH_MS }: BackfillOptions,
  { capture, free, ready, flush }: BackfillParts<Input>,
): Promise<BackfillResult> {
  let read = 0
  for await (const input of source) {
    signal?.throwIfAborted()
    if (free() <= 0) await ready(signal)
    capture(input)
    read += 1
  }
  const result = await flush(signal ? { timeoutMs, signal } : { timeoutMs })
  return { ...result, read }
}
