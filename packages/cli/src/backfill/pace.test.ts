import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

function setup(perSecond: number) {
  let at = 0
  const pace = createPace({
    perSecond,
    now: () => at,
    sleep(ms) {
      at += ms
      return Promise.resolve()
    },
  })
  return {
    /** When each of so many is let through, in ms. */
    async times(count: number) {
      const { signal } = new AbortController()
      const times: number[] = []
      for (let index = 0; index < count; index += 1) {
        await pace(signal)
        times.push(at)
      }
      return times
    },
    advance(ms: number) {
      at += ms
    },
  }
}

test('lets them through evenly', async () => {
  expect(await setup(4).times(5)).toEqual([0, 250, 500, 750, 1_000])
})

test('after a stall, catches up for a second at most', async () => {
  const { times, advance } = setup(2)
  await times(1)
  advance(60_000)
  expect(await times(5)).toEqual([60_000, 60_000, 60_000, 60_500, 61_000])
})
