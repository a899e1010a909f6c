import { describe, expect, test } from 'vitest'
import { answerOf, type DialectCollector, dialectCollector } from '../../../test/dialect-setup.ts'

const good = { event: 'a', uuid: 'e-good', distinct_id: 'user_42' }
/** Over 32 KB of properties, which is more than an event may have here. */
const large = { event: 'a', uuid: 'e-large', distinct_id: 'user_42', properties: { note: 'x'.repeat(40_000) } }
const guest = { event: 'a', uuid: 'e-guest', distinct_id: 'guest' }

const send = ({ post }: DialectCollector, batch: readonly object[]) =>
  post('/batch/', { api_key: 'phc_test', batch }, { key: null })

async function refusals({ get }: DialectCollector): Promise<unknown> {
  const { counts } = await (await get('/v1/reports/health')).json()
  return counts.map(({ name, count }: { name: string; count: number }) => [name, count])
}

describe('an event that can never be stored', () => {
  test.each([
    ['is too large', large, [413, 'payload_too_large'], ['props_too_large', /at most 32768 bytes/]],
    ['names nobody', guest, [400, 'invalid_payload'], ['invalid_id', /guest/]],
  ] as const)('alone, since it %s, is answered so, and counted', async (_, event, answered, [counted, message]) => {
    const collector = await dialectCollector()
    const [status, code] = answered
    const detail = expect.stringMatching(message)
    expect(await answerOf(await send(collector, [event]))).toMatchObject([status, { code, detail }])
    expect(await refusals(collector)).toEqual([[counted, 1]])
  })

  test('in a batch is told of by its id, and the others are stored', async () => {
    const collector = await dialectCollector()
    const answer = await answerOf(await send(collector, [good, large, guest]))
    expect(answer).toMatchObject([
      400,
      {
        code: 'invalid_payload',
        detail: expect.stringMatching(/^2 of 3 events refused, the others are stored\. e-large: /),
      },
    ])
    expect((await collector.stored()).map(({ eventId }) => eventId)).toEqual(['e-good'])
    // What comes again counts once, and is told of again.
    expect((await send(collector, [good, guest])).status).toBe(400)
    expect(await collector.stored()).toHaveLength(1)
  })

  test('has an answer of its own where each event has one', async () => {
    const collector = await dialectCollector()
    const answer = await collector.post('/i/v1/analytics/events', { batch: [good, large] }, { key: 'phc_test' })
    expect(await answerOf(answer)).toEqual([
      200,
      { results: { 'e-good': { result: 'ok' }, 'e-large': { result: 'drop', details: expect.any(String) } } },
    ])
  })
})
