import { FlushError } from '@threadline/core'
import { afterEach, expect, test } from 'vitest'
import { createEnding, type EndingParts } from './ending.ts'

/** Deadline of a flush that names none: a script whose endpoint is down must not wait that long. */
const DEFAULT_TIMEOUT_MS = 10_000

let leave: () => void
afterEach(() => leave())

/** A client that holds events, and what its process does when it runs out of work. */
function setUp(parts: Partial<EndingParts>) {
  const waits: number[] = []
  let abort = (): void => undefined
  const over = new Promise<void>((resolve) => {
    abort = resolve
  })
  const ending = createEnding({
    flushOnExit: true,
    signals: [],
    flush(options) {
      waits.push(options?.timeoutMs ?? DEFAULT_TIMEOUT_MS)
      return Promise.reject(new FlushError('flush_timeout', 'nothing got through', {}))
    },
    shutdown: () => Promise.resolve(),
    delivered: () => 0,
    isFailing: () => false,
    abort,
    endNow: () => undefined,
    writesAtEnd: false,
    ...parts,
  })
  leave = ending.leave
  ending.holds()
  process.emit('beforeExit', 0)
  return { waits, over }
}

test('a process that has run out of work waits 2 seconds for an endpoint that fails', async () => {
  const { waits, over } = setUp({ isFailing: () => true })
  await over
  expect(waits).toEqual([2_000])
})

test('and 6 seconds for one that does not answer', async () => {
  const { waits, over } = setUp({})
  await over
  expect(waits).toEqual([2_000, 2_000, 2_000])
})

test('and as long as anything gets through for one that is slow', async () => {
  let looks = 0
  // Asked before and after each flush: something has arrived in the first four.
  const delivered = (): number => {
    looks += 1
    return Math.min(looks, 9)
  }
  const { waits, over } = setUp({ delivered })
  await over
  expect(waits).toHaveLength(4 + 3)
})
