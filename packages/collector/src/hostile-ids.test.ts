import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { eventRow } from '../test/event-row.ts'
import { trackEvent } from '../test/events.ts'

describe('event ids that a public key claims first', () => {
  onBothDatabases(({ start }) => {
    test('a server’s event takes the place of the public one, whatever its name, and is counted once', async () => {
      const { send, read } = await start()
      const claimed = { event: 'plan_chosen', eventId: 'plan:user_42', userId: 'user_42' }
      expect(await send(KEYS.browser, [trackEvent({ ...claimed, properties: { plan: 'forged' } })])).toMatchObject({
        answer: { stored: 1 },
      })
      const real = trackEvent({ ...claimed, properties: { plan: 'pro' } })
      expect((await send(KEYS.server, [real])).answer).toEqual({ stored: 1, duplicates: [], invalid: [] })
      // Sent again by the server, and by whoever has a public key, it is a duplicate.
      expect((await send(KEYS.server, [real])).answer).toMatchObject({ stored: 0, duplicates: [real.eventId] })
      expect((await send(KEYS.browser, [trackEvent(claimed)])).answer).toMatchObject({ stored: 0 })
      const { events } = await read('/v1/events')
      expect(events).toMatchObject([{ event: { properties: { plan: 'pro' } }, sender: 'server' }])
    })

    test('of two public events, and of two of servers, the first is kept as ever', async () => {
      const { send, read } = await start()
      for (const key of [KEYS.browser, KEYS.server]) {
        const same = { event: 'plan_chosen', eventId: `of-${key}` }
        for (const plan of ['first', 'second']) await send(key, [trackEvent({ ...same, properties: { plan } })])
      }
      const { events } = await read('/v1/events')
      expect(events.map(({ event }) => event.properties)).toEqual([{ plan: 'first' }, { plan: 'first' }])
    })

    test('it is so among the rows of one transaction, in whatever order they come', async () => {
      const { store } = await start()
      for (const senders of [
        ['pk', 'sk'],
        ['sk', 'pk'],
        ['pk', 'sk', 'pk'],
      ]) {
        const event_id = senders.join(' before ')
        const stored = await store.append(senders.map((sender) => eventRow({ event: 'raced', event_id, sender })))
        expect(stored).toEqual(senders.map((sender) => sender === 'sk'))
        expect(await store.latest('default', 1)).toMatchObject([{ eventId: event_id, sender: 'sk' }])
      }
    })

    test('it is so in one group of requests, in either order, and under a race', async () => {
      const { send, read } = await start()
      const ids = Array.from({ length: 40 }, (_, n) => `race-${n}`)
      const of = (who: string) => ids.map((eventId) => trackEvent({ event: 'raced', eventId, properties: { who } }))
      const answers = await Promise.all([
        send(KEYS.browser, of('page')),
        send(KEYS.server, of('server')),
        send(KEYS.browser, of('page')),
        send(KEYS.server, of('server')),
      ])
      const fromServer = answers.filter((_, index) => index % 2 === 1)
      expect(fromServer.map(({ answer }) => answer.stored).reduce((sum, count) => sum + count)).toBe(40)
      const { events } = await read('/v1/events?limit=1000')
      expect(events).toHaveLength(40)
      expect(new Set(events.map(({ event }) => event.properties?.['who']))).toEqual(new Set(['server']))
    })

    test('it is so for the public and secret keys of another service’s endpoint', async () => {
      const { post, read } = await start()
      const track = (key: string, plan: string, headers = {}) =>
        post(
          '/v1/track',
          { event: 'plan_chosen', event_id: 'plan:user_42', user_id: 'user_42', properties: { plan } },
          { key, headers },
        )
      expect((await track(KEYS.browser, 'forged', { origin: 'https://shop.example' })).status).toBe(202)
      expect((await track(KEYS.server, 'pro')).status).toBe(202)
      const { events } = await read('/v1/events')
      expect(events).toMatchObject([{ event: { properties: { plan: 'pro' } }, sender: 'server' }])
    })
  })
})
