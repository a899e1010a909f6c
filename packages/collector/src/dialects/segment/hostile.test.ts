import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEYS, testCollector } from '../../../test/collector-setup.ts'
import { hostileBody } from '../../../test/hostile-bodies.ts'

/** Every place that a message of the spec has. */
const MESSAGE = {
  type: 'track',
  event: 'a',
  messageId: 'm-1',
  anonymousId: 'visitor-0001',
  userId: 'user_42',
  groupId: 'g-1',
  previousId: 'visitor-0000',
  name: 'n',
  timestamp: '2026-01-31T09:29:00.000Z',
  originalTimestamp: '2026-01-31T09:29:00.000Z',
  properties: { revenue: 1, currency: 'EUR', url: 'https://shop.example/' },
  traits: { email: 'sam@example.com' },
  context: {
    page: {},
    campaign: {},
    library: {},
    screen: {},
    traits: {},
    sessionId: 1,
    threadline: { eventId: 'e-1', consent: {}, clickIds: {} },
  },
}

const nasty = fc.constantFrom('__proto__', 'constructor', '\0', '\ud800', '$1', 'x'.repeat(70_000))
const anything = fc.oneof(
  fc.jsonValue(),
  nasty,
  fc.dictionary(fc.oneof(nasty, fc.constantFrom('page', 'library', 'threadline', 'width', 'email')), fc.jsonValue()),
  fc.constantFrom(1e308, -0, 8.64e15, 8.64e15 + 1, '+275760-09-13T00:00:00.001Z', '9'.repeat(400)),
)
const type = fc.constantFrom('track', 'page', 'screen', 'identify', 'group', 'alias', 'video')

const damaged = fc
  .record({ type, damage: fc.dictionary(fc.constantFrom(...Object.keys(MESSAGE)), anything, { maxKeys: 4 }) })
  .map(({ type: kind, damage }) => ({ ...MESSAGE, type: kind, ...damage }))

const batch = fc
  .record({ batch: fc.array(fc.oneof(damaged, anything), { maxLength: 4 }), sentAt: anything })
  .map((sent) => ({ body: new Uint8Array(Buffer.from(JSON.stringify(sent))), headers: {} }))

test('no message makes the collector fail, and what it says is refused is not there', async () => {
  const { collector, store } = await testCollector()
  let taken = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: batch }, hostileBody), async ({ body, headers }) => {
      const before = (await store.latest('default', 10_000)).length
      const response = await collector.fetch(
        new Request('http://collector.test/v1/batch', {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${KEYS.server}:`)}`, ...headers },
          body,
        }),
      )
      const answer = await response.json()
      expect([200, 400], JSON.stringify(answer)).toContain(response.status)
      expect(answer.success).toBe(response.status === 200)
      taken += (await store.latest('default', 10_000)).length - before
    }),
    { numRuns: 500 },
  )
  expect(taken).toBeGreaterThan(0)
}, 120_000)
