import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 0, 31, 9, 30)

const at = (ms: number) => new Date(ms).toISOString()

/** An event of a visitor, `agoMs` before now. */
function visit(anonymousId: string, agoMs: number, fields: Partial<TrackEvent> = {}): TrackEvent {
  return trackEvent({ anonymousId, timestamp: at(NOW - agoMs), ...fields })
}

async function timelineOf({ read }: RunningCollector, id: string): Promise<string[]> {
  const { events } = await read(`/v1/people/${id}/timeline`)
  return events.map(({ event }) => event.eventId)
}

describe('what a public key says of the past', () => {
  onBothDatabases(({ start: startAt }) => {
    const start = (now = () => NOW) => startAt({ now })

    test.each([
      ['a timestamp of 1970', { timestamp: '1970-01-02T00:00:00.000Z' }, {}],
      ['a timestamp of this morning', { timestamp: at(NOW - 3 * 60 * MINUTE_MS) }, {}],
      ['a clock of the year 9999', {}, { sentAt: '9999-12-31T00:00:00.000Z' }],
      ['a clock of the year 9999 that it stamped by', { stamped: true }, { sentAt: '9999-12-31T00:00:00.000Z' }],
    ])('takes over no visitor whom a server has seen with a user, by %s', async (_, claim, request) => {
      const collector = await start()
      const { send, post, read } = collector
      await send(KEYS.browser, [
        visit('victim-browser', 20 * MINUTE_MS, { eventId: 'landing', utm: { source: 'news' } }),
      ])
      await send(KEYS.server, [
        visit('victim-browser', 10 * MINUTE_MS, { eventId: 'signup', event: 'signup_completed', userId: 'victim' }),
        visit('victim-browser', 5 * MINUTE_MS, { eventId: 'paid', event: 'purchase', value: 4_900, currency: 'EUR' }),
      ])
      const attack = visit('victim-browser', 0, { eventId: 'attack', userId: 'attacker', ...claim })
      expect(await send(KEYS.browser, [attack], request)).toMatchObject({ answer: { stored: 1 } })

      expect(await timelineOf(collector, 'victim')).toEqual(['landing', 'signup', 'paid'])
      expect(await timelineOf(collector, 'victim-browser')).toEqual(['landing', 'signup', 'paid'])
      expect(await read('/v1/people/victim')).toMatchObject({ firstTouch: { utm: { source: 'news' } } })
      expect(await read('/v1/reports/revenue')).toMatchObject({ revenue: [{ source: 'news', amount: 4_900 }] })
      const people = (await read('/v1/people')).people.map(({ id, events }) => [id, events])
      expect(Object.fromEntries(people)).toEqual({ victim: 3, attacker: 1 })
      await post('/v1/people/attacker/forget', {})
      expect(await timelineOf(collector, 'victim')).toEqual(['landing', 'signup', 'paid'])
    })

    test('yields to what a server sees later', async () => {
      const collector = await start()
      const { send } = collector
      await send(KEYS.browser, [visit('their-browser', 20 * MINUTE_MS, { eventId: 'landing' })])
      await send(KEYS.browser, [visit('their-browser', 15 * MINUTE_MS, { eventId: 'claim', userId: 'attacker' })])
      expect(await timelineOf(collector, 'attacker')).toEqual(['landing', 'claim'])
      await send(KEYS.server, [visit('their-browser', 0, { eventId: 'signup', userId: 'victim' })])
      expect(await timelineOf(collector, 'victim')).toEqual(['landing', 'signup'])
      expect(await timelineOf(collector, 'attacker')).toEqual(['claim'])
    })

    test('reaches a day back and no further, so that an owner whom only pages know keeps what is older', async () => {
      let ms = NOW - 2 * DAY_MS
      const collector = await start(() => ms)
      const { send, read } = collector
      await send(KEYS.browser, [visit('their-browser', 2 * DAY_MS + MINUTE_MS, { eventId: 'landing' })])
      await send(KEYS.browser, [visit('their-browser', 2 * DAY_MS, { eventId: 'signed-in', userId: 'victim' })])
      ms = NOW
      const attack = { timestamp: '1970-01-02T00:00:00.000Z', utm: { source: 'attack' } }
      await send(KEYS.browser, [visit('their-browser', 0, { eventId: 'attack', userId: 'attacker', ...attack })])
      await send(KEYS.browser, [visit('their-browser', 0, { eventId: 'touch', ...attack })])
      expect(await timelineOf(collector, 'victim')).toEqual(['landing', 'signed-in', 'touch'])
      const { events } = await read('/v1/people/attacker/timeline')
      expect(events).toMatchObject([{ event: { timestamp: attack.timestamp }, occurredAt: at(NOW - DAY_MS) }])
      // A server still tells of any past.
      await send(KEYS.server, [visit('third-browser', 400 * DAY_MS, { eventId: 'history' })])
      expect(await read('/v1/people/third-browser')).toMatchObject({ firstSeen: at(NOW - 400 * DAY_MS) })
    })

    test('takes no alias that a server gave, however early it claims to be', async () => {
      const collector = await start()
      const { send } = collector
      const alias = (userId: string, eventId: string, agoMs: number) =>
        trackEvent({
          event: '$alias',
          eventId,
          anonymousId: undefined,
          userId,
          timestamp: at(NOW - agoMs),
          properties: { previousId: 'old-id' },
        })
      await send(KEYS.browser, [visit('old-id', 60 * MINUTE_MS, { eventId: 'before' })])
      await send(KEYS.browser, [alias('attacker', 'first-claim', 50 * MINUTE_MS)])
      await send(KEYS.server, [alias('victim', 'alias', 10 * MINUTE_MS)])
      await send(KEYS.browser, [alias('attacker', 'claim', DAY_MS)])
      expect(await timelineOf(collector, 'victim')).toEqual(['before', 'alias'])
      expect(await timelineOf(collector, 'attacker')).toEqual(['claim', 'first-claim'])
    })
  })
})
