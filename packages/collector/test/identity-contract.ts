import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventRow, Store } from '../src/store/store.ts'
import { eventRow } from './event-row.ts'

const PROJECT = 'default'

/** An `$alias` row; of a visitor unless `user_id` is given. */
const alias = (previous: string, fields: Partial<EventRow>) =>
  eventRow({ event: '$alias', other_id: previous, sender: 'pk', ...fields })

const group = (groupId: string, traits: object | undefined, fields: Partial<EventRow>) =>
  eventRow({
    event: '$group',
    other_id: groupId,
    body: JSON.stringify({ event: '$group', properties: { groupId, traits } }),
    ...fields,
  })

/** What aliases and groups mean, whatever the engine. `store` gives an empty one. */
export function identityContract(store: () => Store): void {
  async function timelineOf(id: string, project = PROJECT): Promise<string[]> {
    const person = await store().person(project, id)
    if (!person) return []
    return (await store().timeline(project, person, { limit: 1_000 })).map(({ eventId }) => eventId)
  }

  const append = (...rows: EventRow[]) => store().append(rows)

  test('an alias gives a user what happened under a previous id', async () => {
    await append(
      eventRow({ event_id: 'before', ts: 1_000, anonymous_id: 'old-id' }),
      alias('old-id', { event_id: 'alias', ts: 2_000, anonymous_id: 'new-id', user_id: 'user-1' }),
    )
    expect(await timelineOf('user-1')).toEqual(['before', 'alias'])
    expect(await timelineOf('old-id')).toEqual(['before', 'alias'])
    expect(await store().people(PROJECT, { search: '', limit: 10 })).toMatchObject([{ id: 'user-1', events: 2 }])
  })

  test('an alias of a visitor holds once the visitor is a user, whatever arrives first', async () => {
    await append(alias('old-id', { event_id: 'alias', ts: 2_000, anonymous_id: 'new-id' }))
    await append(eventRow({ event_id: 'before', ts: 1_000, anonymous_id: 'old-id' }))
    expect(await timelineOf('old-id')).toEqual(['before'])
    expect(await timelineOf('new-id')).toEqual(['alias'])
    await append(eventRow({ event_id: 'signup', ts: 3_000, anonymous_id: 'new-id', user_id: 'user-1' }))
    expect(await timelineOf('user-1')).toEqual(['before', 'alias', 'signup'])
    expect(await timelineOf('old-id')).toEqual(['before', 'alias', 'signup'])
  })

  test('no alias takes what belongs to a known user, however early it claims to be', async () => {
    await append(
      eventRow({ event_id: 'theirs', ts: 5_000, anonymous_id: 'their-browser' }),
      eventRow({ event_id: 'sign-in', ts: 6_000, anonymous_id: 'their-browser', user_id: 'victim' }),
      // Some senders give a user's id as the visitor's as well.
      eventRow({ event_id: 'odd', ts: 7_000, anonymous_id: 'victim' }),
      alias('their-browser', { event_id: 'claim-browser', ts: 1, anonymous_id: null, user_id: 'intruder' }),
      alias('victim', { event_id: 'claim-user', ts: 2, anonymous_id: null, user_id: 'intruder' }),
    )
    expect(await timelineOf('intruder')).toEqual(['claim-browser', 'claim-user'])
    expect(await timelineOf('victim')).toEqual(['theirs', 'sign-in'])
    expect(await timelineOf('their-browser')).toEqual(['theirs', 'sign-in'])
  })

  test('an id that turns out to be a user’s leaves whoever aliased it', async () => {
    await append(
      eventRow({ event_id: 'visit', ts: 1_000, anonymous_id: 'shared' }),
      alias('shared', { event_id: 'alias', ts: 2_000, anonymous_id: null, user_id: 'user-1' }),
    )
    expect(await timelineOf('user-1')).toEqual(['visit', 'alias'])
    await append(eventRow({ event_id: 'sign-in', ts: 9_000, anonymous_id: 'shared', user_id: 'user-2' }))
    expect(await timelineOf('user-1')).toEqual(['alias'])
    expect(await timelineOf('user-2')).toEqual(['visit', 'sign-in'])
  })

  test('of two aliases of one id the earliest counts, in either order of arrival', async () => {
    const claims = (project: string) => [
      eventRow({ project, event_id: 'visit', ts: 1_000, anonymous_id: 'old-id' }),
      alias('old-id', { project, event_id: 'late', ts: 3_000, anonymous_id: null, user_id: 'user-1' }),
      alias('old-id', { project, event_id: 'early', ts: 2_000, anonymous_id: null, user_id: 'user-2' }),
    ]
    for (const [project, rows] of Object.entries({ forth: claims('forth'), back: claims('back').reverse() })) {
      for (const row of rows) await append(row)
      expect(await timelineOf('user-2', project)).toEqual(['visit', 'early'])
      await append(alias('old-id', { project, event_id: 'earlier', ts: 1_500, anonymous_id: null, user_id: 'user-1' }))
      expect(await timelineOf('user-1', project)).toEqual(['visit', 'earlier', 'late'])
    }
  })

  const joined = (fields: Partial<EventRow>) =>
    eventRow({ sender: 'sk', email: 'sam@example.com', addressId: 'email:sam@example.com', ...fields })

  async function linksOf(id: string) {
    const person = await store().person(PROJECT, id)
    return person && (await store().profile(PROJECT, person)).links
  }

  test('visitors with one address are one person, and whose address it is takes them over', async () => {
    await append(
      eventRow({ event_id: 'visit', ts: 1_000, anonymous_id: 'phone', sender: 'pk' }),
      joined({ event: 'trial_asked', event_id: 'asked', ts: 2_000, anonymous_id: 'phone' }),
      joined({ event_id: 'again', ts: 3_000, anonymous_id: 'laptop', email: ' Sam@Example.com' }),
      joined({ event_id: 'nowhere', ts: 4_000, anonymous_id: 'email:sam@example.com' }),
      eventRow({ event_id: 'other', ts: 5_000, anonymous_id: 'tablet', sender: 'pk', email: 'sam@example.com' }),
    )
    const all = ['visit', 'asked', 'again', 'nowhere']
    for (const id of ['email:sam@example.com', 'phone', 'laptop']) expect(await timelineOf(id)).toEqual(all)
    expect(await timelineOf('tablet')).toEqual(['other'])
    expect(await store().people(PROJECT, { search: '', limit: 10 })).toMatchObject([
      { id: 'tablet', identified: false },
      { id: 'email:sam@example.com', identified: true, events: 4, email: 'sam@example.com' },
    ])
    expect(await linksOf('phone')).toMatchObject([
      { anonymousId: 'phone', linkedBy: 'trial_asked', address: 'sam@example.com' },
      { anonymousId: 'laptop', linkedBy: '$pageview', address: 'sam@example.com' },
      { anonymousId: 'email:sam@example.com', address: 'sam@example.com' },
    ])
    await append(
      joined({ event: 'signed_up', event_id: 'sign-up', ts: 6_000, anonymous_id: 'laptop', user_id: 'user-1' }),
      // The family's second user has the same address, and stays somebody else.
      joined({ event_id: 'second', ts: 7_000, anonymous_id: 'desk', user_id: 'user-2' }),
    )
    for (const id of ['email:sam@example.com', 'phone', 'laptop', 'user-1']) {
      expect(await timelineOf(id)).toEqual([...all, 'sign-up'])
    }
    expect(await timelineOf('user-2')).toEqual(['second'])
    expect(await linksOf('user-1')).toMatchObject([
      { anonymousId: 'phone', linkedBy: 'trial_asked', address: 'sam@example.com' },
      { anonymousId: 'email:sam@example.com', linkedBy: 'signed_up', address: 'sam@example.com' },
      { anonymousId: 'laptop', linkedBy: 'signed_up', address: null },
    ])
  })

  test('an address is weaker than anything seen, the first of a visitor counts, and no page tells of any', async () => {
    await append(
      joined({ event_id: 'shared', ts: 1_000, anonymous_id: 'browser' }),
      joined({
        event_id: 'later',
        ts: 2_000,
        anonymous_id: 'browser',
        email: 'kim@example.com',
        addressId: 'email:kim@example.com',
      }),
      joined({
        event_id: 'kims',
        ts: 3_000,
        anonymous_id: 'kims-phone',
        email: 'kim@example.com',
        addressId: 'email:kim@example.com',
      }),
    )
    expect(await timelineOf('email:sam@example.com')).toEqual(['shared', 'later'])
    expect(await timelineOf('email:kim@example.com')).toEqual(['kims'])
    // A page that claims the address itself gets nobody's visitors, however early it says that was.
    await append(
      eventRow({ event_id: 'claim', ts: 1, anonymous_id: 'email:sam@example.com', user_id: 'thief', sender: 'pk' }),
      alias('email:sam@example.com', { event_id: 'alias', ts: 1, anonymous_id: null, user_id: 'thief' }),
    )
    expect(await timelineOf('browser')).toEqual(['shared', 'later'])
    expect(await timelineOf('thief')).toEqual(['alias', 'claim'])
    await append(eventRow({ event_id: 'sign-in', ts: 9_000, anonymous_id: 'browser', user_id: 'user-3', sender: 'pk' }))
    expect(await timelineOf('user-3')).toEqual(['shared', 'later', 'sign-in'])
  })

  test('forgetting a person undoes what their address joined, and keeps nothing of it', async () => {
    const rows = [
      joined({ event_id: 'phone', ts: 1_000, anonymous_id: 'phone' }),
      joined({ event_id: 'laptop', ts: 2_000, anonymous_id: 'laptop' }),
      joined({
        event_id: 'other',
        ts: 2_000,
        anonymous_id: 'other',
        email: 'kim@example.com',
        addressId: 'email:kim@example.com',
      }),
    ]
    const forget = async (id: string) => {
      const person = await store().person(PROJECT, id)
      return person && (await store().forget(PROJECT, person))
    }
    await append(...rows)
    expect(await forget('phone')).toEqual({ events: 2, links: 2 })
    await append(...rows)
    await append(eventRow({ event_id: 'new', ts: 3_000, anonymous_id: 'phone', sender: 'pk' }))
    for (const id of ['email:sam@example.com', 'laptop']) expect(await store().person(PROJECT, id)).toBeUndefined()
    expect(await timelineOf('phone')).toEqual(['new'])

    await append(joined({ event_id: 'again', ts: 4_000, anonymous_id: 'phone' }))
    await append(joined({ event_id: 'user', ts: 5_000, anonymous_id: null, user_id: 'user-1' }))
    expect(await timelineOf('user-1')).toEqual(['new', 'again', 'user'])
    expect(await forget('user-1')).toEqual({ events: 3, links: 2 })
    for (const id of ['email:sam@example.com', 'phone', 'user-1']) {
      expect(await store().person(PROJECT, id)).toBeUndefined()
    }
    expect(await timelineOf('email:kim@example.com')).toEqual(['other'])
  })

  test('whatever the order of arrival, each event has one owner, and it is the same one', async () => {
    const addresses = fc.constantFrom('email:a@example.com', 'email:b@example.com')
    const ids = {
      visitor: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('v1', 'v2') }, addresses),
      user: fc.constantFrom('u1', 'u2', 'v2'),
    }
    const history = fc.array(
      fc.record({
        anonymous_id: fc.option(ids.visitor),
        user_id: fc.option(ids.user, { freq: 2 }),
        other_id: fc.option(fc.oneof(ids.visitor, ids.user), { freq: 3 }),
        ts: fc.integer({ min: 1, max: 9 }),
        sender: fc.constantFrom('pk', 'sk'),
        address: fc.option(addresses, { freq: 2 }),
      }),
      { minLength: 3, maxLength: 12 },
    )
    const shuffled = history.chain((events) => {
      const numbered = events
        .filter(({ anonymous_id, user_id }) => anonymous_id !== null || user_id !== null)
        .map(({ address, ...event }, index) => ({
          ...event,
          event_id: `e${index}`,
          event: event.other_id ? '$alias' : 'visited',
          ...(address !== null && event.sender === 'sk' && { addressId: address }),
        }))
      return fc.record({
        events: fc.constant(numbered),
        arrival: fc.shuffledSubarray(numbered, { minLength: numbered.length }),
        apart: fc.boolean(),
      })
    })
    let projects = 0

    async function owners(events: readonly Partial<EventRow>[], apart: boolean) {
      projects += 1
      const project = `history-${projects}`
      const rows = events.map((event) => eventRow({ ...event, project }))
      if (apart) for (const row of rows) await append(row)
      else await append(...rows)
      const people = await store().people(project, { search: '', limit: 100 })
      const found = await Promise.all(
        people.map(async ({ id, identified, events: count }) => {
          const person = identified ? await store().person(project, id) : { userId: null, anonymousIds: [id] }
          const own = person ? await store().timeline(project, person, { limit: 100 }) : []
          return { id, identified, count, events: own.map(({ eventId }) => eventId).sort() }
        }),
      )
      return found.sort((a, b) => (`${a.identified}${a.id}` < `${b.identified}${b.id}` ? -1 : 1))
    }

    await fc.assert(
      fc.asyncProperty(shuffled, async ({ events, arrival, apart }) => {
        const found = await owners(events, false)
        expect(await owners(arrival, apart)).toEqual(found)
        // One timeline holds each event, and as many as the list of people says.
        expect(found.flatMap((person) => person.events).sort()).toEqual(events.map(({ event_id }) => event_id).sort())
        for (const person of found) expect(person.events).toHaveLength(person.count)
        // Two users are never merged: whatever names a user is that user's.
        for (const { event_id, user_id } of events.filter((event) => event.user_id !== null)) {
          expect(found.find(({ id, identified }) => identified && id === user_id)?.events).toContain(event_id)
        }
      }),
      { numRuns: 30 },
    )
  }, 60_000)

  test('forgetting a person takes aliases of their ids along, and leaves those of others', async () => {
    await append(
      eventRow({ event_id: 'before', ts: 1_000, anonymous_id: 'old-id' }),
      alias('old-id', { ts: 2_000, anonymous_id: 'browser-1', user_id: 'user-1' }),
      alias('older-id', { ts: 3_000, anonymous_id: 'browser-1' }),
      eventRow({ ts: 4_000, anonymous_id: 'other-old-id' }),
      alias('other-old-id', { event_id: 'theirs', ts: 5_000, anonymous_id: null, user_id: 'user-2' }),
    )
    const person = await store().person(PROJECT, 'user-1')
    expect(person).toEqual({ userId: 'user-1', anonymousIds: ['browser-1', 'old-id', 'older-id'] })
    expect(person && (await store().forget(PROJECT, person))).toEqual({ events: 3, links: 3 })
    for (const id of ['user-1', 'old-id', 'older-id', 'browser-1']) {
      expect(await store().person(PROJECT, id)).toBeUndefined()
    }
    expect(await timelineOf('user-2')).toHaveLength(2)
  })

  test('people belong to groups, whose traits are the latest of each', async () => {
    await append(
      group('acme', { name: 'Acme', plan: 'pro' }, { ts: 3_000, user_id: 'user-1', anonymous_id: null }),
      group('acme', { name: 'Acme Ltd' }, { ts: 1_000, anonymous_id: 'visitor-1' }),
      group('acme', undefined, { ts: 4_000, anonymous_id: 'looking' }),
      group('other', { name: 'Other' }, { ts: 2_000, user_id: 'user-2', anonymous_id: null }),
      eventRow({ ts: 5_000, anonymous_id: 'visitor-1', user_id: 'user-3' }),
    )
    expect(await store().group(PROJECT, 'acme')).toEqual({
      groupId: 'acme',
      traits: { name: 'Acme', plan: 'pro' },
      traitsPartial: false,
      firstSeen: 1_000,
    })
    const members = async () => {
      const people = await store().people(PROJECT, { search: '', limit: 10, groupId: 'acme' })
      return people.map(({ id, events }) => ({ id, events }))
    }
    expect(await members()).toEqual([
      { id: 'user-3', events: 2 },
      { id: 'looking', events: 1 },
      { id: 'user-1', events: 1 },
    ])
    expect(await store().group(PROJECT, 'nobody')).toBeUndefined()
    const person = await store().person(PROJECT, 'user-1')
    if (person) await store().forget(PROJECT, person)
    expect(await store().group(PROJECT, 'acme')).toMatchObject({ traits: { name: 'Acme Ltd' } })
    expect((await members()).map(({ id }) => id)).toEqual(['user-3', 'looking'])
  })
}
