import { expect, test } from 'vitest'
import { createKey } from '../src/create-key.ts'
import type { Count, EventRow, Person, Store } from '../src/store/store.ts'
import { eventRow } from './event-row.ts'

const PROJECT = 'default'

/** The clock of the store under test. */
export interface TestClock {
  ms: number
}

/** What every store does, whatever the engine. `store` gives an empty one, which tells the time by `clock`. */
export function storeContract(store: () => Store, clock: TestClock): void {
  const idsOf = async (person: Person) =>
    (await store().timeline(PROJECT, person, { limit: 100 })).map((event) => event.eventId)

  async function timelineOf(id: string): Promise<string[]> {
    const person = await store().person(PROJECT, id)
    return person ? idsOf(person) : []
  }

  test('tells which rows it stored and which were there before', async () => {
    const first = eventRow()
    const second = eventRow()
    expect(await store().append([first])).toEqual([true])
    expect(await store().append([first, second])).toEqual([false, true])
    expect(await store().latest(PROJECT, 10)).toHaveLength(2)
  })

  test('keeps the first of two with one key, in one call and over calls', async () => {
    const first = eventRow({ event_id: 'order_8841', body: '{"first":true}' })
    const second = { ...first, ts: first.ts + 1, body: '{"first":false}' }
    expect(await store().append([first, second])).toEqual([true, false])
    expect(await store().append([second])).toEqual([false])
    expect((await store().latest(PROJECT, 10)).map((event) => event.body)).toEqual(['{"first":true}'])
  })

  test('scopes the key by project and by event name', async () => {
    const id = { event_id: 'order_8841' }
    const rows = [
      eventRow({ ...id, event: 'checkout_started' }),
      eventRow({ ...id, event: 'checkout_finished' }),
      eventRow({ ...id, event: 'checkout_finished', project: 'other' }),
    ]
    expect(await store().append(rows)).toEqual([true, true, true])
    expect(await store().latest('other', 10)).toHaveLength(1)
  })

  test('stores a row once when many calls bring it at the same time', async () => {
    const rows = Array.from({ length: 20 }, () => eventRow())
    const calls = Array.from({ length: 8 }, (_, call) => store().append(call % 2 ? rows : [...rows].reverse()))
    const stored = (await Promise.all(calls)).flat().filter(Boolean)
    expect(stored).toHaveLength(rows.length)
    expect(await store().latest(PROJECT, 100)).toHaveLength(rows.length)
  })

  test('gives back every character of the ids and the body', async () => {
    const odd = `'"; DROP TABLE events; -- \\u0000 \\ \u{1f9f5} ü ${'x'.repeat(100)}`
    const body = JSON.stringify({ text: '\0 \ud800 \u2028 "quoted" \\' })
    await store().append([eventRow({ event_id: odd, anonymous_id: odd, body })])
    expect(await store().latest(PROJECT, 1)).toMatchObject([{ eventId: odd, body }])
    expect(await timelineOf(odd)).toEqual([odd])
  })

  test('stores nothing of a call that fails', async () => {
    const rows = [eventRow(), eventRow({ ts: Number.NaN })]
    await expect(store().append(rows)).rejects.toThrow()
    expect(await store().latest(PROJECT, 10)).toEqual([])
    expect(await store().append([rows[0] ?? eventRow()])).toEqual([true])
  })

  test('joins what a visitor did before signing up to the user', async () => {
    await store().append([
      eventRow({ event_id: 'landing', ts: 1_000 }),
      eventRow({ event_id: 'signup', ts: 2_000, user_id: 'user-1' }),
      eventRow({ event_id: 'paid', ts: 3_000, anonymous_id: null, user_id: 'user-1' }),
    ])
    const timeline = ['landing', 'signup', 'paid']
    expect(await timelineOf('user-1')).toEqual(timeline)
    expect(await timelineOf('visitor-1')).toEqual(timeline)
    expect(await store().person(PROJECT, 'visitor-1')).toEqual({ userId: 'user-1', anonymousIds: ['visitor-1'] })
  })

  test('tells how far a person has come, by what they did before signing up too', async () => {
    const stageOf = async (id: string) => {
      const person = await store().person(PROJECT, id)
      return person && (await store().stage(PROJECT, person))
    }
    await store().append([eventRow({ event: '$pageview' })])
    expect(await stageOf('visitor-1')).toBe('visitor')
    await store().append([eventRow({ event: 'trial_start' })])
    expect(await stageOf('visitor-1')).toBe('trial')
    await store().append([eventRow({ event: 'signup_completed', user_id: 'user-1' })])
    expect(await stageOf('user-1')).toBe('trial')
    await store().append([eventRow({ event: 'purchase', anonymous_id: null, user_id: 'user-1' })])
    expect(await stageOf('visitor-1')).toBe('customer')
    await store().append([eventRow({ event: 'signup', anonymous_id: 'visitor-2' })])
    expect(await stageOf('visitor-2')).toBe('consideration')
  })

  test('keeps events of one millisecond in the order of their ids, which is that of capture', async () => {
    const capture = (event: string, event_id: string) => eventRow({ event, event_id, ts: 1_000, user_id: 'user-1' })
    await store().append([capture('beta', 'id-2'), capture('alpha', 'id-3'), capture('gamma', 'id-1')])
    expect(await timelineOf('user-1')).toEqual(['id-1', 'id-2', 'id-3'])
    const latest = await store().latest(PROJECT, 3)
    expect(latest.map(({ eventId }) => eventId)).toEqual(['id-3', 'id-2', 'id-1'])
  })

  test('keeps that order when the first of them waited, as a page view does for its title, and is stored last', async () => {
    const capture = (event_id: string) => eventRow({ event_id, ts: 1_000, user_id: 'user-1' })
    await store().append([capture('id-2')])
    clock.ms += 2_000
    await store().append([capture('id-1')])
    expect(await timelineOf('user-1')).toEqual(['id-1', 'id-2'])
    const person = { userId: 'user-1', anonymousIds: ['visitor-1'] }
    const [newest] = await store().timeline(PROJECT, person, { limit: 1 })
    const older = await store().timeline(PROJECT, person, { limit: 1, ...(newest && { before: newest }) })
    expect(older.map(({ eventId }) => eventId)).toEqual(['id-1'])
  })

  test('gives a shared browser to the user it was first seen with, whatever arrives first', async () => {
    await store().append([eventRow({ event_id: 'second-user', ts: 5_000, user_id: 'user-2' })])
    await store().append([
      eventRow({ event_id: 'anonymous', ts: 1_000 }),
      eventRow({ event_id: 'first-user', ts: 2_000, user_id: 'user-1' }),
    ])
    expect(await timelineOf('user-1')).toEqual(['anonymous', 'first-user'])
    expect(await timelineOf('user-2')).toEqual(['second-user'])
    expect(await store().person(PROJECT, 'user-2')).toEqual({ userId: 'user-2', anonymousIds: [] })
  })

  test('gives a visitor first seen with two users in one millisecond to the first by the bytes of their ids', async () => {
    await store().append([
      eventRow({ event_id: 'of-adam', ts: 1_000, user_id: 'adam' }),
      eventRow({ event_id: 'of-zoe', ts: 1_000, user_id: 'Zoe' }),
      eventRow({ event_id: 'anonymous', ts: 2_000 }),
      eventRow({
        event_id: 'alias-of-adam',
        event: '$alias',
        ts: 1_000,
        anonymous_id: null,
        user_id: 'adam',
        other_id: 'old',
      }),
      eventRow({
        event_id: 'alias-of-zoe',
        event: '$alias',
        ts: 1_000,
        anonymous_id: null,
        user_id: 'Zoe',
        other_id: 'old',
      }),
    ])
    expect(await store().person(PROJECT, 'visitor-1')).toEqual({ userId: 'Zoe', anonymousIds: ['old', 'visitor-1'] })
    expect(await store().person(PROJECT, 'old')).toMatchObject({ userId: 'Zoe' })
    const people = await store().people(PROJECT, { search: '', limit: 10 })
    expect(people.map(({ id, events }) => [id, events])).toEqual([
      ['Zoe', 3],
      ['adam', 2],
    ])
    const counts = await store().eventCounts(PROJECT, { from: 0, to: 99_999_999 })
    expect(counts.map(({ event }) => event)).toEqual(['$alias', '$pageview'])
    const most = await store().eventCounts(PROJECT, { from: 0, to: 99_999_999 }, { limit: 1 })
    expect(most.map(({ event }) => event)).toEqual(['$pageview'])
  })

  test('orders what happens in one millisecond by the bytes of the ids', async () => {
    const ids = ['b', 'B', 'é', 'a', '_', 'A', '1', '\u{1f9f5}', '\uffee']
    await store().append(ids.map((event_id) => eventRow({ event_id, ts: 1_000 })))
    expect(await timelineOf('visitor-1')).toEqual(['1', 'A', 'B', '_', 'a', 'b', 'é', '\uffee', '\u{1f9f5}'])
  })

  test('moves a link back in time when an earlier event arrives later', async () => {
    await store().append([eventRow({ ts: 4_000, user_id: 'user-1' })])
    await store().append([eventRow({ event_id: 'theirs', ts: 3_000, user_id: 'user-2' })])
    await store().append([eventRow({ event_id: 'anonymous', ts: 1_000 })])
    expect(await timelineOf('user-2')).toEqual(['anonymous', 'theirs'])
    await store().append([eventRow({ event_id: 'earlier', ts: 2_000, user_id: 'user-1' })])
    expect(await timelineOf('user-1')).toContain('anonymous')
    expect(await timelineOf('user-2')).toEqual(['theirs'])
  })

  test('reads the links of a user that forgetting removes, whoever owns the visitor', async () => {
    const link = (anonymous_id: string, user_id: string, ts: number) => eventRow({ anonymous_id, user_id, ts })
    await store().append([
      link('shared', 'user-2', 1_000),
      link('shared', 'user-1', 3_000),
      link('own', 'user-1', 2_000),
    ])
    await store().append([link('own', 'user-1', 4_000)])
    const person = await store().person(PROJECT, 'user-1')
    expect(person && (await store().storedLinks(PROJECT, person))).toEqual([
      { anonymousId: 'own', userId: 'user-1', firstSeen: 2_000 },
      { anonymousId: 'shared', userId: 'user-1', firstSeen: 3_000 },
    ])
    expect(await store().storedLinks(PROJECT, { userId: null, anonymousIds: ['unowned'] })).toEqual([])
    expect(person && (await store().forget(PROJECT, person))).toMatchObject({ links: 2 })
    expect(person && (await store().storedLinks(PROJECT, person))).toEqual([])
  })

  test('reads the aliases that forgetting counts among the links, from either side', async () => {
    const alias = { event: '$alias', anonymous_id: null, ts: 1_000 }
    await store().append([
      eventRow({ ...alias, user_id: 'user-1', other_id: 'old-1' }),
      eventRow({ ...alias, anonymous_id: 'visitor-2', other_id: 'old-2' }),
      eventRow({ anonymous_id: 'old-2' }),
    ])
    const ofUser = await store().person(PROJECT, 'user-1')
    expect(ofUser && (await store().storedAliases(PROJECT, ofUser))).toEqual([
      { previousId: 'old-1', anonymousId: null, userId: 'user-1', firstSeen: 1_000 },
    ])
    const ofVisitor = await store().person(PROJECT, 'old-2')
    expect(ofVisitor && (await store().storedAliases(PROJECT, ofVisitor))).toEqual([
      { previousId: 'old-2', anonymousId: 'visitor-2', userId: null, firstSeen: 1_000 },
    ])
    for (const person of [ofUser, ofVisitor]) {
      expect(person && (await store().forget(PROJECT, person))).toMatchObject({ links: 1 })
      expect(person && (await store().storedAliases(PROJECT, person))).toEqual([])
    }
  })

  test('a duplicate makes no link', async () => {
    const event = eventRow({ event_id: 'once' })
    await store().append([event])
    await store().append([{ ...event, user_id: 'intruder' }])
    expect(await store().person(PROJECT, 'intruder')).toBeUndefined()
    expect(await store().person(PROJECT, 'visitor-1')).toEqual({ userId: null, anonymousIds: ['visitor-1'] })
  })

  test('joins several browsers of one user', async () => {
    await store().append([
      eventRow({ event_id: 'laptop', ts: 1_000, anonymous_id: 'laptop' }),
      eventRow({ event_id: 'phone', ts: 2_000, anonymous_id: 'phone' }),
      eventRow({ event_id: 'laptop-login', ts: 3_000, anonymous_id: 'laptop', user_id: 'user-1' }),
      eventRow({ event_id: 'phone-login', ts: 4_000, anonymous_id: 'phone', user_id: 'user-1' }),
    ])
    expect(await timelineOf('phone')).toEqual(['laptop', 'phone', 'laptop-login', 'phone-login'])
  })

  test('keeps projects apart', async () => {
    await store().append([eventRow({ user_id: 'user-1' }), eventRow({ project: 'other', event_id: 'theirs' })])
    expect(await store().person('other', 'visitor-1')).toEqual({ userId: null, anonymousIds: ['visitor-1'] })
    expect(await store().person('other', 'user-1')).toBeUndefined()
  })

  test('pages a timeline backwards, also through events of one millisecond', async () => {
    const at = [1_000, 2_000, 2_000, 2_000, 3_000]
    await store().append(at.map((ts, index) => eventRow({ event_id: `e${index}`, ts })))
    const person = { userId: null, anonymousIds: ['visitor-1'] }
    const newest = await store().timeline(PROJECT, person, { limit: 3 })
    expect(newest.map((event) => event.eventId)).toEqual(['e2', 'e3', 'e4'])
    const [before] = newest
    const older = await store().timeline(PROJECT, person, { limit: 3, ...(before && { before }) })
    expect(older.map((event) => event.eventId)).toEqual(['e0', 'e1'])
  })

  test('reads on from a place in the tail without a gap or a repeat', async () => {
    for (let call = 0; call < 5; call += 1) {
      await store().append([eventRow(), eventRow(), eventRow()])
      // Order is the database's, whatever the clock does.
      clock.ms -= 60_000
    }
    expect((await store().latestSettled(PROJECT, 100)).map(({ eventId }) => eventId)).toHaveLength(15)
    const seen: string[] = []
    let cursor = { position: 0, storedAt: 0, ts: 0, event: '', eventId: '' }
    for (;;) {
      const page = await store().after(PROJECT, cursor, 2)
      const last = page.at(-1)
      if (!last) break
      seen.push(...page.map((event) => event.eventId))
      cursor = last
    }
    expect(seen).toHaveLength(15)
    const newestFirst = (await store().latest(PROJECT, 100)).map((event) => event.eventId)
    expect(seen).toEqual(newestFirst.reverse())
  })
  test('makes a secret once and tells it to everyone who asks', async () => {
    const [first, again, other] = await Promise.all([store().secret('a'), store().secret('a'), store().secret('b')])
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
  test('counts duplicates, and what it is told to count, in the transaction of the events', async () => {
    const row = eventRow({ event: 'purchase', received_at: Date.UTC(2026, 0, 31) })
    const refused: Count = { project: PROJECT, day: 20260131, kind: 'invalid', name: 'invalid_value', count: 2 }
    await store().append([row, row], [refused])
    await store().append([row], [{ ...refused, day: 20260201 }, refused])
    await expect(store().append([eventRow({ ts: Number.NaN })], [refused])).rejects.toThrow()
    expect(await store().counts(PROJECT, { from: 20260131, to: 20260131 })).toEqual([
      { project: PROJECT, day: 20260131, kind: 'duplicate', name: 'purchase', count: 2 },
      { ...refused, count: 4 },
    ])
    expect(await store().counts('other', { from: 0, to: 99999999 })).toEqual([])
    // Of the earliest day the least is left out first.
    const all = { from: 20260101, to: 20260301 }
    expect((await store().counts(PROJECT, all, 2)).map(({ day, count }) => [day, count])).toEqual([
      [20260131, 4],
      [20260201, 2],
    ])
  })

  test('keeps events of any age apart from their keys, which outlive them', async () => {
    const days = [19700101, 20240131, 20251231, 20260131]
    const rows = days.map((day) => eventRow({ event_id: `of-${day}`, day, ts: day }))
    await store().append(rows)
    await store().expire(20260101)
    expect(await timelineOf('visitor-1')).toEqual(['of-20260131'])
    expect(await store().append(rows)).toEqual([false, false, false, false])
  })
  test('expires events of a project that has a time of its own, shorter or longer than the others', async () => {
    const rows = ['first', 'brief', 'long'].flatMap((project) =>
      [20251001, 20251115, 20260131].map((day) => eventRow({ project, event_id: `${project} ${day}`, day, ts: day })),
    )
    await store().append(rows)
    const left = async (project: string) =>
      (await store().latest(project, 10)).map(({ eventId }) => eventId.split(' ')[1]).sort()
    await store().expire(null, { brief: 20251101 })
    expect([await left('first'), await left('brief')]).toEqual([
      ['20251001', '20251115', '20260131'],
      ['20251115', '20260131'],
    ])
    await store().expire(20251101, { brief: 20260101, long: 20250101 })
    expect([await left('first'), await left('brief'), await left('long')]).toEqual([
      ['20251115', '20260131'],
      ['20260131'],
      ['20251001', '20251115', '20260131'],
    ])
  })

  test('reads what a statement changed, with a query that ran before', async () => {
    const key = {
      id: 'key-1',
      hash: 'hash',
      kind: 'sk',
      project: PROJECT,
      name: '',
      origins: [],
      createdAt: 5,
    } as const
    await store().addKey(key)
    // Often enough for every connection that reads.
    for (let read = 0; read < 4; read += 1) expect(await store().keys()).toEqual([{ ...key, revokedAt: null }])
    expect(await store().revokeKey('key-1', 7)).toBe(true)
    for (let read = 0; read < 4; read += 1) expect(await store().keys()).toEqual([{ ...key, revokedAt: 7 }])
    expect(await store().revokeKey('key-1', 8)).toBe(false)
  })

  test('keeps keys for pages as they are, until they are revoked, and of others the hash', async () => {
    const of = (id: string, kind: 'pk' | 'sk', project = PROJECT) => createKey(store(), { kind, project, name: id })
    const [first, second] = [await of('first', 'pk'), await of('second', 'pk')]
    await of('third', 'sk')
    await of('fourth', 'pk', 'other')
    expect([...(await store().publicKeys(PROJECT))].sort()).toEqual([first.key, second.key].sort())
    await store().revokeKey(first.id, 1)
    expect(await store().publicKeys(PROJECT)).toEqual([second.key])
  })

  const JANUARY = { from: 20260101, to: 20260131 }

  /** A visitor from a newsletter who pays as user-1; one who only looks; one who tries. */
  async function threePeople(): Promise<void> {
    const visit = { event: '$pageview', anonymous_id: 'paying' }
    await store().append([
      eventRow({ ...visit, ts: 1_000, source: 'newsletter', day: 20260102 }),
      eventRow({ ...visit, ts: 2_000, source: 'search' }),
      eventRow({ ...visit, event: 'signup_completed', ts: 3_000, user_id: 'user-1', email: 'Ada@Example.com' }),
      eventRow({ event: 'purchase', ts: 4_000, anonymous_id: null, user_id: 'user-1', value: 4_900, currency: 'USD' }),
      eventRow({ event: 'purchase', ts: 5_000, anonymous_id: null, user_id: 'user-1', value: 100, currency: 'JPY' }),
      eventRow({ event: 'refunded', ts: 6_000, anonymous_id: null, user_id: 'user-1', value: 900, currency: 'USD' }),
      eventRow({ event: '$pageview', ts: 7_000, anonymous_id: 'looking' }),
      eventRow({ event: 'trial_started', ts: 8_000, anonymous_id: null, user_id: 'trying' }),
    ])
  }

  test('lists people by when they were seen last, with the stage they reached', async () => {
    await threePeople()
    expect(await store().people(PROJECT, { search: '', limit: 10 })).toEqual([
      { id: 'trying', identified: true, email: null, firstSeen: 8_000, lastSeen: 8_000, events: 1, stage: 'trial' },
      { id: 'looking', identified: false, email: null, firstSeen: 7_000, lastSeen: 7_000, events: 1, stage: 'visitor' },
      expect.objectContaining({
        id: 'user-1',
        email: 'Ada@Example.com',
        firstSeen: 1_000,
        events: 6,
        stage: 'customer',
      }),
    ])
    const found = async (search: string) => (await store().people(PROJECT, { search, limit: 10 })).map(({ id }) => id)
    expect(await found('ADA@')).toEqual(['user-1'])
    expect(await found('look')).toEqual(['looking'])
    expect(await found('u:')).toEqual([])
    expect(await store().stages(PROJECT)).toEqual([
      { stage: 'visitor', people: 1 },
      { stage: 'consideration', people: 0 },
      { stage: 'trial', people: 1 },
      { stage: 'customer', people: 1 },
    ])
  })

  test('counts events by day and name', async () => {
    await threePeople()
    expect(await store().eventCounts(PROJECT, { from: 20260102, to: 20260102 })).toEqual([
      { day: 20260102, event: '$pageview', count: 1 },
    ])
    const january = await store().eventCounts(PROJECT, JANUARY)
    expect(january).toContainEqual({ day: 20260131, event: '$pageview', count: 2 })
  })

  test('adds up payments less refunds, by currency and by what first brought the person', async () => {
    await threePeople()
    const own = { day: 20260131, source: 'newsletter', account: null, unmatched: 0 }
    expect(await store().revenue(PROJECT, { days: JANUARY, mode: 'live' })).toEqual([
      { ...own, currency: 'JPY', amount: 100, payments: 1, refunded: 0 },
      { ...own, currency: 'USD', amount: 4_000, payments: 2, refunded: 900 },
    ])
  })

  test('follows a funnel through the change from visitor to user, within its window, in order', async () => {
    await threePeople()
    const steps = ['$pageview', 'signup_completed', 'purchase']
    const people = async (windowMs: number, names = steps) =>
      (await store().funnel(PROJECT, { steps: names, windowMs, days: JANUARY })).map((step) => step.people)
    expect(await people(60_000)).toEqual([2, 1, 1])
    // Any first step opens a window: the second visit is two seconds before the purchase.
    expect(await people(2_000)).toEqual([2, 1, 1])
    expect(await people(1_999)).toEqual([2, 1, 0])
    expect(await people(60_000, [...steps].reverse())).toEqual([1, 0, 0])
  })

  test('follows a funnel as trying every first step would, over many people', async () => {
    const steps = ['$pageview', 'checkout_started', 'purchase']
    const windowMs = 25
    // Chance that is the same in every run.
    let seed = 42
    const below = (end: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % end
    }
    const rows = Array.from({ length: 240 }, () =>
      eventRow({ event: steps[below(3)] ?? '', anonymous_id: `visitor-${below(40)}`, ts: 1_000 + below(200) }),
    )
    await store().append(rows)
    const reach = (own: readonly EventRow[], from: number, until: number, step: number): number => {
      const next = own.filter(({ event, ts }) => event === steps[step] && ts >= from && ts <= until)
      return Math.max(step, ...next.map(({ ts }) => reach(own, ts, until, step + 1)))
    }
    const people = [...new Set(rows.map(({ anonymous_id }) => anonymous_id))].map((id) => {
      const own = rows.filter(({ anonymous_id }) => anonymous_id === id)
      const opened = own.filter(({ event }) => event === steps[0])
      return Math.max(0, ...opened.map(({ ts }) => reach(own, ts, ts + windowMs, 1)))
    })
    const expected = steps.map((_, index) => people.filter((reached) => reached > index).length)
    expect(new Set(expected).size).toBe(3)
    const funnel = await store().funnel(PROJECT, { steps, windowMs, days: JANUARY })
    expect(funnel.map((step) => step.people)).toEqual(expected)
  })

  test('forgets a person, proves how much, and takes no resend of what it forgot', async () => {
    await threePeople()
    const resend = eventRow({ anonymous_id: 'looking', event_id: 'of-somebody-else' })
    const theirs = eventRow({ event_id: 'theirs', user_id: 'user-1' })
    await store().append([resend, theirs])
    const person = await store().person(PROJECT, 'paying')
    expect(person && (await store().forget(PROJECT, person))).toEqual({ events: 7, links: 2 })
    expect(await store().person(PROJECT, 'user-1')).toBeUndefined()
    expect(await store().person(PROJECT, 'paying')).toBeUndefined()
    expect(await store().append([theirs])).toEqual([false])
    expect((await store().people(PROJECT, { search: '', limit: 10 })).map(({ id }) => id)).toEqual([
      'looking',
      'trying',
    ])
  })
}
