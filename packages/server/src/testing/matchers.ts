import type { TrackEvent } from '@threadline/schema'
import { isSubset } from './subset.ts'

/** What the matchers look at: a test client, or anything else that can list events. */
interface EventSource {
  captured(): readonly TrackEvent[]
}

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** Any part of an event; values may be asymmetric matchers such as `expect.any(String)`. */
export type ExpectedEvent = { readonly [Field in keyof TrackEvent]?: unknown }

/**
 * The types of {@link threadlineMatchers}, to be mixed into the runner's own.
 *
 * @example
 * ```ts
 * declare module 'vitest' {
 *   interface Matchers<T> extends ThreadlineMatchers<T> {}
 * }
 * ```
 */
export interface ThreadlineMatchers<Result> {
  /** At least one event of this name was captured, and matches `expected` as far as that goes. */
  toHaveCaptured(event: string, expected?: ExpectedEvent): Result
  /** Exactly so many events of this name were captured. */
  toHaveCapturedTimes(event: string, times: number): Result
}

/**
 * Matchers for vitest and jest.
 *
 * @example
 * ```ts
 * expect.extend(threadlineMatchers)
 * expect(testClient).toHaveCaptured('signup_completed', { userId: 'user_42', properties: { method: 'email' } })
 * expect(testClient).not.toHaveCaptured('checkout_finished')
 * ```
 */
export const threadlineMatchers = {
  toHaveCaptured(received: EventSource, event: string, expected: ExpectedEvent = {}): MatcherResult {
    const candidates = received.captured().filter((each) => each.event === event)
    return {
      pass: candidates.some((candidate) => isSubset(expected, candidate)),
      message: () => `${event}, like ${JSON.stringify(expected)}: captured were ${listed(received)}`,
    }
  },
  toHaveCapturedTimes(received: EventSource, event: string, times: number): MatcherResult {
    const count = received.captured().filter((each) => each.event === event).length
    return {
      pass: count === times,
      message: () => `${event} was captured ${count} times, not ${times}; captured were ${listed(received)}`,
    }
  },
}

function listed(source: EventSource): string {
  const events = source.captured()
  if (events.length === 0) return 'no events'
  return events.map(({ event, properties }) => `${event} ${JSON.stringify(properties ?? {})}`).join(', ')
}
