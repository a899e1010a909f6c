import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEYS, testCollector } from '../test/collector-setup.ts'
import { hostileBody } from '../test/hostile-bodies.ts'

test('no body makes the collector fail, and what it says it stored is what is there', async () => {
  const { collector, store } = await testCollector()
  let stored = 0
  await fc.assert(
    fc.asyncProperty(hostileBody, async ({ body, headers }) => {
      const response = await collector.fetch(
        new Request('http://collector.test/v1/batch', {
          method: 'POST',
          headers: { authorization: `Bearer ${KEYS.server}`, ...headers },
          body,
        }),
      )
      const answer = await response.json()
      expect(response.status).toBeLessThan(500)
      if (response.status === 200) stored += answer.stored
      else expect(answer.error).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    }),
    { numRuns: 1_000 },
  )
  expect(stored).toBeGreaterThan(0)
  expect(await store.latest('default', 10_000)).toHaveLength(stored)
}, 60_000)
