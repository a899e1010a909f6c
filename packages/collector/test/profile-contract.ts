import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import type { EventRow, Profile, Store } from '../src/store/store.ts'
import { arrivalOf, touchOf } from '../src/touch.ts'
import { eventRow } from './event-row.ts'
import { trackEvent } from './events.ts'

const PROJECT = 'default'

/** A row with the body it would have: what a profile is read from is partly there. */
function captured(row: Partial<EventRow>, event: Partial<TrackEvent> = {}): EventRow {
  const made = eventRow(row)
  const touch = touchOf({ ...trackEvent(), ...event })
  return {
    ...made,
    path: touch.path,
    arrival: arrivalOf(touch),
    email: event.email ?? null,
    source: event.utm?.source ?? null,
    body: JSON.stringify({ event: made.event, eventId: made.event_id, ...event }),
  }
}

const page = (ts: number, session_id: string | null, event: Partial<TrackEvent>, row: Partial<EventRow> = {}) =>
  captured({ ts, session_id, ...row }, { url: `https://shop.example${event.path ?? '/'}`, ...event })

/** What a person's events come to, whatever the engine. `store` gives an empty one. */
export function profileContract(store: () => Store): void {
  async function profileOf(id: string): Promise<Profile | undefined> {
    const person = await store().person(PROJECT, id)
    return person && store().profile(PROJECT, person)
  }

  test('calls ids what their people are called: through links and aliases, of each trait the latest', async () => {
    const identify = (ts: number, traits: object, row: Partial<EventRow> = {}) =>
      captured({ ts, event: '$identify', user_id: 'ada', ...row }, { traits: { ...traits } })
    await store().append([
      page(1_000, null, { path: '/' }),
      identify(2_000, { name: 'Ada' }),
      identify(4_000, { plan: 'pro' }),
      identify(3_000, { name: 'Ada Lovelace', email: 'old@example.com' }),
      captured({ ts: 5_000, anonymous_id: null, user_id: 'ada' }, { email: 'ada@example.com' }),
      captured({ ts: 6_000, event: '$alias', user_id: 'ada', other_id: 'visitor-old' }),
      captured({ ts: 7_000, anonymous_id: 'lead' }, { email: 'lead@example.com' }),
      identify(8_000, { firstName: 'Bo', lastName: 'Li' }, { anonymous_id: 'visitor-bo', user_id: null }),
    ])
    const ada = { person: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
    expect(await store().names(PROJECT, ['visitor-old', 'ada', 'nobody', 'visitor-1', 'lead', 'visitor-bo'])).toEqual([
      { id: 'visitor-old', ...ada },
      { id: 'ada', ...ada },
      { id: 'nobody', person: 'nobody', name: null, email: null },
      { id: 'visitor-1', ...ada },
      { id: 'lead', person: 'lead', name: null, email: 'lead@example.com' },
      { id: 'visitor-bo', person: 'visitor-bo', name: 'Bo Li', email: null },
    ])
    expect(await store().names(PROJECT, [])).toEqual([])
    const found = async (search: string) =>
      (await store().people(PROJECT, { search, limit: 10 })).map(({ id }) => id).sort()
    expect(await found('LOVELACE')).toEqual(['ada'])
    expect(await found('bo li')).toEqual(['visitor-bo'])
    // The whole trait, not another one that holds it, and not a name of before.
    expect(await found('pro')).toEqual([])
    expect(await store().names('other', ['ada'])).toEqual([{ id: 'ada', person: 'ada', name: null, email: null }])
  })

  test('tells first and last touch by where a visit came from', async () => {
    await store().append([
      page(1_000, 's1', { path: '/', utm: {}, referrer: 'https://search.example/?q=shop' }),
      page(2_000, 's1', { path: '/pricing', referrer: 'https://shop.example/' }),
      page(3_000, 's2', { path: '/spring', utm: { source: 'news', campaign: 'spring' } }),
      page(4_000, 's3', { path: '/sale', clickIds: { gclid: 'click-1' } }),
      page(5_000, 's4', { path: '/home', referrer: 'https://shop.example/sale' }),
    ])
    expect(await profileOf('visitor-1')).toMatchObject({
      firstTouch: { at: 1_000, utm: null, clickIds: null, referrer: 'https://search.example/?q=shop', path: '/' },
      lastTouch: { at: 4_000, utm: null, clickIds: { gclid: 'click-1' }, referrer: null, path: '/sale' },
    })
  })

  test('a campaign counts in the midst of a visit, a page of the site itself never', async () => {
    await store().append([
      page(1_000, 's1', { path: '/landing' }),
      page(2_000, 's1', { path: '/pricing', referrer: 'https://shop.example/landing' }),
      page(3_000, 's1', { path: '/offer', utm: { medium: 'email' } }),
    ])
    expect(await profileOf('visitor-1')).toMatchObject({
      firstTouch: { at: 3_000, utm: { medium: 'email' }, path: '/offer' },
      lastTouch: { at: 3_000 },
    })
  })

  test('someone who came directly has their first page, someone without pages nothing', async () => {
    await store().append([
      page(1_000, 's1', { path: '/landing' }),
      page(2_000, 's2', { path: '/later' }),
      captured({ anonymous_id: null, user_id: 'by-server' }),
    ])
    const direct = { at: 1_000, utm: null, clickIds: null, referrer: null, path: '/landing' }
    expect(await profileOf('visitor-1')).toMatchObject({ firstTouch: direct, lastTouch: direct })
    expect(await profileOf('by-server')).toMatchObject({ firstTouch: null, lastTouch: null })
  })

  test('a late event becomes the first touch', async () => {
    await store().append([page(5_000, 's2', { utm: { source: 'late' } })])
    await store().append([page(1_000, 's1', { utm: { source: 'early' } })])
    expect(await profileOf('visitor-1')).toMatchObject({
      firstTouch: { utm: { source: 'early' } },
      lastTouch: { utm: { source: 'late' } },
    })
  })

  test('tells how each visitor id came to be the user’s', async () => {
    await store().append([
      page(1_000, 's1', {}, { anonymous_id: 'phone' }),
      captured({ ts: 3_000, anonymous_id: 'phone', user_id: 'user-1' }),
      captured({ ts: 2_000, anonymous_id: 'phone', user_id: 'user-1', event: 'signup_completed' }),
      captured({ ts: 9_000, anonymous_id: 'laptop', user_id: 'user-1', event: '$identify' }),
      captured({ ts: 5_000, anonymous_id: null, user_id: 'user-1', event: '$alias', other_id: 'old-id' }),
    ])
    expect((await profileOf('user-1'))?.links).toEqual([
      { anonymousId: 'phone', firstSeen: 2_000, linkedBy: 'signup_completed', address: null },
      { anonymousId: 'old-id', firstSeen: 5_000, linkedBy: '$alias', address: null },
      { anonymousId: 'laptop', firstSeen: 9_000, linkedBy: '$identify', address: null },
    ])
  })

  test('merges traits by when they were told, and knows the latest e-mail address', async () => {
    const identify = (ts: number, event: Partial<TrackEvent>) =>
      captured({ ts, event: '$identify', user_id: 'user-1' }, event)
    await store().append([
      identify(3_000, { traits: { plan: 'pro', seats: 3 }, email: 'new@example.com' }),
      identify(1_000, {
        traits: { plan: 'free', name: 'Ada', ['__proto__']: { polluted: true } },
        email: 'old@example.com',
      }),
      captured({ ts: 5_000, user_id: 'user-1', event: 'purchase' }),
    ])
    const profile = await profileOf('user-1')
    expect(profile).toMatchObject({
      email: 'new@example.com',
      events: 3,
      firstSeen: 1_000,
      lastSeen: 5_000,
      stage: 'customer',
    })
    expect(Object.entries(profile?.traits ?? {}).filter(([name]) => name !== '__proto__')).toEqual([
      ['plan', 'pro'],
      ['name', 'Ada'],
      ['seats', 3],
    ])
    expect({}).not.toHaveProperty('polluted')
  })

  test('lists a person’s groups with what anybody told of them', async () => {
    const member = (ts: number, groupId: string, traits: object, row: Partial<EventRow>) =>
      captured({ ts, event: '$group', other_id: groupId, ...row }, { properties: { groupId, traits: { ...traits } } })
    await store().append([
      member(2_000, 'acme', { plan: 'pro' }, { anonymous_id: 'visitor-1' }),
      member(4_000, 'acme', { seats: 5 }, { anonymous_id: null, user_id: 'colleague' }),
      member(3_000, 'side-project', {}, { user_id: 'user-1' }),
    ])
    expect((await profileOf('user-1'))?.groups).toEqual([
      { groupId: 'acme', traits: { plan: 'pro', seats: 5 }, traitsPartial: false, firstSeen: 2_000 },
      { groupId: 'side-project', traits: {}, traitsPartial: false, firstSeen: 3_000 },
    ])
  })

  test('tells the sessions of a span whole, also where they reach out of it', async () => {
    await store().append([
      page(1_000, 's1', { path: '/landing' }),
      captured({ ts: 1_000, session_id: 's1', event: 'content_viewed', event_id: 'aaa' }),
      page(2_000, 's1', { path: '/pricing' }),
      captured({ ts: 8_000, session_id: 's2', event: 'feature_used', anonymous_id: 'visitor-1', user_id: 'user-1' }),
      page(9_000, 's2', { path: '/app' }),
      page(9_500, 's3', { path: '/theirs' }, { anonymous_id: 'somebody-else' }),
      captured({ ts: 9_999, event: 'invoice_paid', anonymous_id: null, user_id: 'user-1' }),
    ])
    const person = await store().person(PROJECT, 'user-1')
    const sessions = (from: number, to: number) => person && store().sessions(PROJECT, person, { from, to })
    const first = { id: 's1', start: 1_000, end: 2_000, events: 3, entryPath: '/landing' }
    const second = { id: 's2', start: 8_000, end: 9_000, events: 2, entryPath: '/app' }
    expect(await sessions(0, 10_000)).toEqual([first, second])
    expect(await sessions(2_000, 7_999)).toEqual([first])
    expect(await sessions(2_001, 7_999)).toEqual([])
  })
}
