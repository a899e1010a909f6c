import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { utcDay } from './store/utc-day.ts'

const NOW = Date.UTC(2026, 0, 31, 9, 30)
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** An event of a user, so many minutes before now. */
function at(minutesAgo: number, fields: Partial<TrackEvent>): TrackEvent {
  return trackEvent({
    anonymousId: undefined,
    timestamp: new Date(NOW - minutesAgo * MINUTE_MS).toISOString(),
    ...fields,
  })
}

const USER = { userId: 'user_42' }

/** Sends any number of events, in the order given. */
async function sendAll({ send }: RunningCollector, events: readonly TrackEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += 500) {
    const { answer } = await send(KEYS.server, events.slice(from, from + 500))
    expect(answer.invalid).toEqual([])
  }
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('people whose events have left with retention', () => {
  onBothDatabases(({ start: startNow }) => {
    const start = () => startNow({ now: () => NOW })

    async function linesOf({ url }: RunningCollector, id: string): Promise<readonly { readonly type: string }[]> {
      const headers = { authorization: `Bearer ${KEYS.reader}` }
      const text = await (await fetch(`${url}/v1/people/${id}/export`, { headers })).text()
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    }

    test('a user whom the list shows by their visitor’s events is read, exported and erased', async () => {
      const collector = await start()
      const { store, post, read } = collector
      const ago = (3 * DAY_MS) / MINUTE_MS
      await sendAll(collector, [
        at(ago, { ...USER, anonymousId: 'visitor-1', event: 'signup_completed' }),
        at(10, { anonymousId: 'visitor-1', eventId: 'of-today' }),
      ])
      await store.expire(utcDay(NOW - DAY_MS))

      expect((await read('/v1/people')).people).toMatchObject([{ id: 'user_42', events: 1 }])
      expect(await read('/v1/people/user_42')).toMatchObject({
        person: { userId: 'user_42', anonymousIds: ['visitor-1'] },
        events: 1,
      })
      expect((await read('/v1/people/user_42/timeline')).events).toHaveLength(1)
      expect((await linesOf(collector, 'user_42')).map(({ type }) => type)).toEqual([
        'person',
        'link',
        'event',
        'traits',
        'end',
      ])
      const forgotten = await (await post('/v1/people/user_42/forget', {})).json()
      expect(forgotten.removed).toEqual({ events: 1, links: 1 })
      expect((await read('/v1/people')).people).toEqual([])
      for (const id of ['user_42', 'visitor-1']) await expect(read(`/v1/people/${id}`)).rejects.toThrow('404')
    })

    test('whoever is known by a link, an alias or a payment alone is read and erased', async () => {
      const collector = await start()
      const { store, post, read } = collector
      const ago = (3 * DAY_MS) / MINUTE_MS
      const payer = { billing: { paymentIds: ['stripe:pi_1'], payerIds: ['stripe:cus_1'] } }
      await sendAll(collector, [
        at(ago, { ...USER, anonymousId: 'visitor-1' }),
        at(ago, { userId: 'by-alias', event: '$alias', properties: { previousId: 'earlier' } }),
        at(ago, { anonymousId: 'visitor-2', event: '$alias', properties: { previousId: 'earlier-2' } }),
        at(ago, { userId: 'by-payment', event: 'purchase', value: 100, currency: 'EUR', ...payer }),
        at(ago, { anonymousId: 'stripe:cus_2', event: 'purchase', billing: { payerIds: ['stripe:cus_2'] } }),
      ])
      await store.expire(utcDay(NOW))

      const known = { user_42: 'user_42', 'visitor-1': 'user_42', 'by-alias': 'by-alias', earlier: 'by-alias' }
      const payers = { 'by-payment': 'by-payment', 'stripe:cus_1': 'by-payment' }
      for (const [id, userId] of Object.entries({ ...known, ...payers })) {
        const profile = await read(`/v1/people/${id}`)
        expect([id, profile.person.userId, profile.events, profile.stage]).toEqual([id, userId, 0, 'consideration'])
        expect(profile.firstSeen).toBe(new Date(NOW - 3 * DAY_MS).toISOString())
      }
      for (const id of ['visitor-2', 'earlier-2', 'stripe:cus_2']) {
        expect([id, (await read(`/v1/people/${id}`)).stage]).toEqual([id, 'visitor'])
        expect((await read(`/v1/people/${id}/timeline`)).events).toEqual([])
      }
      for (const id of ['user_42', 'by-alias', 'by-payment', 'visitor-2', 'earlier-2', 'stripe:cus_2']) {
        // An alias is of both whom it names: with one of them it is gone.
        if (id !== 'earlier-2') expect([id, (await post(`/v1/people/${id}/forget`, {})).status]).toEqual([id, 200])
        await expect(read(`/v1/people/${id}`), id).rejects.toThrow('404')
      }
    })
  })
})

describe('no read stops in the middle', () => {
  onBothDatabases(({ start: startNow }) => {
    const start = () => startNow({ now: () => NOW })

    test('the list has the current e-mail address, and is searched by it and by every letter of an id', async () => {
      const collector = await start()
      const { read } = collector
      await sendAll(collector, [
        at(9, { ...USER, email: 'zoe@old.example' }),
        at(8, { ...USER, email: 'Ärger@new.example' }),
        at(9, { anonymousId: 'Anna-1' }),
      ])
      const found = async (search: string) =>
        (await read(`/v1/people?search=${encodeURIComponent(search)}`)).people.map(({ id }) => id)
      expect((await read('/v1/people')).people[0]).toMatchObject({ id: 'user_42', email: 'Ärger@new.example' })
      expect(await read('/v1/people/user_42')).toMatchObject({ email: 'Ärger@new.example' })
      expect(await found('ÄRGER@new')).toEqual(['user_42'])
      expect(await found('zoe@')).toEqual([])
      for (const part of ['u', 'U', 'user', '_42', '2']) expect([part, await found(part)]).toEqual([part, ['user_42']])
      expect(await found('a')).toEqual(['user_42', 'Anna-1'])
      await sendAll(collector, [at(7, { userId: 'ΣΑΣ' }), at(7, { userId: 'İ-user' })])
      for (const id of ['ΣΑΣ', 'İ-user']) expect([id, await found(id)]).toEqual([id, [id]])
      for (const prefix of ['u:', 'a:', ':']) expect([prefix, await found(prefix)]).toEqual([prefix, []])
    })

    test('traits and groups stay, whatever comes after them', async () => {
      const collector = await start()
      const group = (groupId: string, traits: { readonly [name: string]: string }) =>
        ({ ...USER, event: '$group', properties: { groupId, traits } }) as const
      await sendAll(collector, [
        at(9_000, { ...USER, event: '$identify', traits: { plan: 'pro' } }),
        at(9_000, group('acme', { name: 'Acme' })),
        ...many(1_200, (index) => at(8_000 - index, { ...USER, event: 'purchase', email: `${index}@example.com` })),
        ...many(1_200, (index) => at(6_000 - index, group('globex', { name: `Globex ${index}` }))),
      ])
      expect(await collector.read('/v1/people/user_42')).toMatchObject({
        email: '1199@example.com',
        traits: { plan: 'pro' },
        traitsPartial: false,
        groups: [
          { groupId: 'acme', traits: { name: 'Acme' }, traitsPartial: false },
          { groupId: 'globex', traits: { name: 'Globex 1199' } },
        ],
        moreGroups: 0,
      })
      expect(await collector.read('/v1/groups/acme')).toMatchObject({ traits: { name: 'Acme' } })
    })

    test('what is not told is said', async () => {
      const collector = await start()
      const { read } = collector
      await sendAll(collector, [
        at(20_000, { ...USER, event: '$identify', traits: { lost: true } }),
        ...many(10_000, (index) => at(15_000 - index, { ...USER, event: '$identify', traits: { plan: `${index}` } })),
        ...many(103, (index) => at(30, { userId: 'of-many', event: '$group', properties: { groupId: `g${index}` } })),
        ...many(60, (index) => at(1, { userId: `user_${100 + index}` })),
      ])
      expect(await read('/v1/people/user_42')).toMatchObject({ traits: { plan: '9999' }, traitsPartial: true })
      const { groups, moreGroups } = await read('/v1/people/of-many')
      expect([groups.length, moreGroups]).toEqual([100, 3])
      expect(await read('/v1/people?limit=61')).toMatchObject({ more: true })
      expect(await read('/v1/people?limit=62')).toMatchObject({ more: false })
      expect((await read('/v1/people')).people).toHaveLength(50)
      expect((await read('/v1/groups/g1')).more).toBe(false)
      expect((await read('/v1/people/of-many/timeline?limit=102')).before).not.toBeNull()
      expect((await read('/v1/people/of-many/timeline?limit=103')).before).toBeNull()
    }, 60_000)

    test('a campaign is found among any number of direct visits', async () => {
      const collector = await start()
      const direct = (index: number) => at(1_000 - index, { ...USER, path: '/', sessionId: `s${index}` })
      const campaign = at(1_000 - 70.5, { ...USER, path: '/spring', sessionId: 'campaign', utm: { source: 'news' } })
      await sendAll(collector, [...many(140, direct), campaign])
      const { firstTouch, lastTouch } = await collector.read('/v1/people/user_42')
      expect([firstTouch.utm, lastTouch.utm]).toEqual([{ source: 'news' }, { source: 'news' }])
    })

    test('a visit has the page of its first event that has one, and where that came from', async () => {
      const collector = await start()
      const visit = { ...USER, sessionId: 's1' }
      await sendAll(collector, [
        at(9, { ...visit, event: 'signed_in', properties: { path: '/not-a-page' } }),
        at(8, { ...visit, event: 'app_opened', url: 'https://shop.example/app', referrer: 'https://search.example/' }),
        at(7, { ...visit, event: 'feature_used', path: '/app/later' }),
      ])
      const { sessions } = await collector.read('/v1/people/user_42/timeline')
      expect(sessions).toMatchObject([{ id: 's1', events: 3, entryPath: '/app' }])
      expect((await collector.read('/v1/people/user_42')).firstTouch).toMatchObject({
        referrer: 'https://search.example/',
        path: '/app',
      })
    })

    test('properties are no campaign and no page', async () => {
      const collector = await start()
      const visit = { ...USER, sessionId: 's1', referrer: 'https://search.example/' }
      const utm = { source: 'not-a-campaign' }
      await sendAll(collector, [
        at(9, { ...visit, path: '/landing' }),
        at(8, { ...visit, event: 'form_sent', path: '/form', properties: { utm, clickIds: { gclid: 'no' } } }),
      ])
      const { firstTouch, lastTouch } = await collector.read('/v1/people/user_42')
      expect([firstTouch.path, lastTouch.path]).toEqual(['/landing', '/landing'])
      expect(lastTouch.utm).toBeNull()
    })
  })
})
