import type { Clock } from '@threadline/core'

export interface BackgroundParts {
  readonly clock: Clock
  /** Starts the requests that are due, and tells how many it has dealt with. */
  readonly drive: () => Promise<number>
  /** Whether any event waits. */
  readonly holds: () => boolean
  /** Longest that an event waits before a send starts, in milliseconds. */
  readonly flushIntervalMs: number
}

/** By how much a timer may be late before it counts as gone with the request that set it, in milliseconds. */
const GONE_AFTER_MS = 1_000

/**
 * Sends what nobody waits for where a timer dies with the request that set it: each request that captures sees to it that
 * one is running, and sends in its own name. What no request lived long enough to send waits for the next one. Not by count:
 * the request that captures one event more may be about to end, and would take along what it has begun to send.
 *
 * Returns what to call after each capture.
 */
export function createBackground({ clock, drive, holds, flushIntervalMs }: BackgroundParts): () => void {
  /** When the timer that was set last fires, if its request is still there. */
  let timerAt = Number.NEGATIVE_INFINITY

  async function send(): Promise<void> {
    while ((await drive()) > 0);
    if (holds()) setTimer()
  }

  function setTimer(): void {
    const now = clock.now()
    if (now <= timerAt + GONE_AFTER_MS) return
    timerAt = now + flushIntervalMs
    clock.after(
      flushIntervalMs,
      () => {
        timerAt = Number.NEGATIVE_INFINITY
        void send()
      },
      true,
    )
  }

  return setTimer
}
