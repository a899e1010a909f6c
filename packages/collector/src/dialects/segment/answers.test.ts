import { expect, test } from 'vitest'
import { KEYS, NOW, testCollector } from '../../../test/collector-setup.ts'
import { answerOf, dialectCollector, VISITOR } from '../../../test/dialect-setup.ts'
import { basic, call, success, track } from '../../../test/segment-setup.ts'
import { createCollector } from '../../collector.ts'
import { StoreError } from '../../store/store-error.ts'

test('what comes again counts once, and is not sent a third time', async () => {
  const { post, stored } = await dialectCollector()
  const sent = { batch: [track(), track({ messageId: 'm-2' })] }
  expect(await answerOf(await post('/v1/batch', sent, basic(KEYS.server)))).toEqual(success)
  expect(await answerOf(await post('/v1/batch', sent, basic(KEYS.server)))).toEqual(success)
  expect(await answerOf(await post('/v1/t', call, basic(KEYS.browser)))).toEqual(success)
  expect(await stored()).toHaveLength(2)
})

test('of a batch with a message that cannot be stored, the others are', async () => {
  const { post, stored } = await dialectCollector()
  const batch = [track(), track({ messageId: 'm-2', event: 'purchase' }), track({ messageId: 'm-3' })]
  expect(await answerOf(await post('/v1/batch', { batch }, basic(KEYS.browser)))).toEqual([
    400,
    {
      success: false,
      error: 'invalid_request',
      message: expect.stringMatching(/^1 of 3 messages refused: purchase belongs to the server/),
      invalid: [{ messageId: 'm-2', code: 'source_not_allowed', message: expect.any(String) }],
    },
  ])
  expect((await stored()).map(({ eventId }) => eventId)).toEqual(['m-1', 'm-3'])
})

test('a clock that is off is corrected by when the request says it was sent', async () => {
  const { post, get } = await dialectCollector()
  const hour = 3_600_000
  const at = (ms: number) => new Date(ms).toISOString()
  const sentAt = at(NOW - 2 * hour)
  const early = track({ timestamp: at(NOW - 2 * hour - 60_000) })
  await post('/v1/batch', { sentAt, batch: [early] }, basic(KEYS.server))
  await post('/v1/t', { ...early, messageId: 'm-2', sentAt }, basic(KEYS.browser))
  const history = track({ messageId: 'm-3', timestamp: at(NOW - 2 * hour) })
  await post('/v1/batch', { batch: [history] }, basic(KEYS.server))
  const { events } = await (await get(`/v1/people/${VISITOR}/timeline`)).json()
  const times = events.map(({ event, occurredAt }: { event: { eventId: string }; occurredAt: string }) => [
    event.eventId,
    occurredAt,
  ])
  expect(new Map(times)).toEqual(
    new Map([
      ['m-1', at(NOW - 60_000)],
      ['m-2', at(NOW - 60_000)],
      ['m-3', at(NOW - 2 * hour)],
    ]),
  )
})

test('a store that is away, and a key that asks too often, are for later', async () => {
  const { store } = await testCollector()
  const collector = createCollector({
    store: { ...store, append: () => Promise.reject(new StoreError('unreachable', 'connection refused')) },
    keys: [{ key: KEYS.server }, { key: KEYS.browser }],
    rateLimits: { pk: { burst: 1, perSecond: 0.1 } },
    now: () => NOW,
  })
  const send = (key: string) =>
    collector.fetch(
      new Request('http://collector.test/v1/t', {
        method: 'POST',
        headers: { ...basic(key).headers },
        body: JSON.stringify(call),
      }),
    )
  const away = await send(KEYS.server)
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await away.json()).toMatchObject({ success: false, error: 'unavailable' })
  await send(KEYS.browser)
  const often = await send(KEYS.browser)
  expect([often.status, often.headers.get('retry-after')]).toEqual([429, '10'])
  await collector.close()
})
