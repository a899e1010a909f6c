import { expect, test } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { endOfPosition, FIRST_PLACE, type ForwardName, type StoredForward } from '../src/store/stored-forward.ts'
import { eventRow } from './event-row.ts'

const FORWARD: ForwardName = { project: 'default', name: 'posthog' }
const DAYS = { from: 20260101, to: 20260131 }
const NOTE = { place: FIRST_PLACE, trouble: null, deliveredAt: null, counts: [] }

/** What every store keeps of forwarding, whatever the engine. `store` gives an empty one. */
export function forwardContract(store: () => Store): void {
  async function enter(from: number | null = null): Promise<StoredForward> {
    await store().forwards.enter(FORWARD, from, 1_000)
    const known = await store().forwards.find(FORWARD)
    if (!known) throw new Error('it was not entered')
    return known
  }

  async function idsAfter({ place }: StoredForward): Promise<string[]> {
    return (await store().forwards.page('default', place, 100)).events.map(({ eventId }) => eventId)
  }

  test('forwarding begins with what is stored next, once', async () => {
    await store().append([eventRow({ event_id: 'before' })])
    const begun = await enter()
    expect(begun).toMatchObject({ from: null, begunAt: 1_000, pausedAt: null, holder: null })
    await store().append([eventRow({ event_id: 'next' })])
    await store().forwards.enter(FORWARD, 0, 2_000)
    expect(await store().forwards.list('default')).toEqual([begun])
    expect(await idsAfter(begun)).toEqual(['next'])
  })

  test('forwarding of an empty project begins with its first event', async () => {
    await store().append([eventRow({ project: 'other' })])
    const begun = await enter()
    await store().append([eventRow({ event_id: 'first' })])
    expect(await idsAfter(begun)).toEqual(['first'])
  })

  test('forwarding from an instant begins with what was stored since', async () => {
    await store().append([eventRow({ event_id: 'first' }), eventRow({ event_id: 'second' })])
    await store().append([eventRow({ event_id: 'third' })])
    const all = await enter(0)
    expect(await idsAfter(all)).toEqual(['first', 'second', 'third'])
    expect(all.goalPosition).toBeGreaterThan(all.firstPosition)
    expect(await store().forwards.begin(FORWARD, Number.MAX_SAFE_INTEGER, 2_000)).toBe(true)
    await store().append([eventRow({ event_id: 'fourth' })])
    expect(await idsAfter(await enter())).toEqual(['fourth'])
    expect(await store().forwards.begin({ ...FORWARD, name: 'nowhere' }, null, 2_000)).toBe(false)
  })

  test('a page ends where it is told, and says whether more is stored', async () => {
    await store().append(['a', 'b', 'c'].map((event_id) => eventRow({ event_id, ts: 5 })))
    const { place } = await enter(0)
    const first = await store().forwards.page('default', place, 2)
    expect([first.events.length, first.isLast]).toEqual([2, false])
    const next = first.events.at(-1)
    const rest = next && (await store().forwards.page('default', next, 2))
    expect([rest?.events.map(({ eventId }) => eventId), rest?.isLast]).toEqual([['c'], true])
    // The end of a transaction is after all of it, and before the next one.
    await store().append([eventRow({ event_id: 'd' })])
    const later = next && (await store().forwards.page('default', endOfPosition(next), 9))
    expect(later?.events.map(({ eventId }) => eventId)).toEqual(['d'])
  })

  test('one has the turn: only it notes anything, and all of it or nothing', async () => {
    const { beat } = await enter()
    const [one, other] = await Promise.all([
      store().forwards.claim(FORWARD, 'one', beat),
      store().forwards.claim(FORWARD, 'other', beat),
    ])
    expect([one, other].filter((claimed) => claimed !== undefined)).toHaveLength(1)
    const [holder, loser] = one ? ['one', 'other'] : ['other', 'one']
    const place = { position: 7, storedAt: 6, ts: 5, event: 'tested', eventId: 'e' }
    const counts = [{ day: 20260131, outcome: 'delivered', count: 3 }]
    const note = { place, trouble: { code: 'unauthorized', message: 'HTTP 401' }, deliveredAt: 9, counts }
    expect(await store().forwards.note(FORWARD, loser, { ...note, place: FIRST_PLACE })).toBeUndefined()
    expect(await store().forwards.note(FORWARD, holder, note)).toMatchObject({ place, deliveredAt: 9, holder })
    expect(await store().forwards.note(FORWARD, holder, { ...note, deliveredAt: null })).toMatchObject({
      deliveredAt: 9,
    })
    expect(await store().forwards.note(FORWARD, holder)).toMatchObject({ place, trouble: { message: 'HTTP 401' } })
    expect(await store().forwards.counts('default', DAYS)).toEqual([
      { name: 'posthog', outcome: 'delivered', count: 6 },
    ])
    expect(await store().forwards.counts('default', { from: 20260101, to: 20260130 })).toEqual([])
  })

  test('a turn ends when it is released, or when forwarding begins anew', async () => {
    const { beat } = await enter()
    const turn = await store().forwards.claim(FORWARD, 'one', beat)
    await store().forwards.release(FORWARD, 'other')
    expect((await store().forwards.find(FORWARD))?.holder).toBe('one')
    expect(await store().forwards.claim(FORWARD, 'other', beat)).toBeUndefined()
    await store().forwards.begin(FORWARD, null, 2_000)
    expect(await store().forwards.note(FORWARD, 'one', NOTE)).toBeUndefined()
    const begun = await store().forwards.find(FORWARD)
    expect(begun?.holder).toBeNull()
    expect(begun?.beat).not.toBe(turn?.beat)
  })

  test('a pause is kept, also by the one who has the turn', async () => {
    const { beat } = await enter()
    await store().forwards.claim(FORWARD, 'one', beat)
    expect(await store().forwards.pause(FORWARD, 5_000)).toBe(true)
    expect(await store().forwards.note(FORWARD, 'one', NOTE)).toMatchObject({ pausedAt: 5_000 })
    await store().forwards.pause(FORWARD, null)
    expect(await store().forwards.note(FORWARD, 'one')).toMatchObject({ pausedAt: null })
    expect(await store().forwards.pause({ ...FORWARD, project: 'other' }, 5_000)).toBe(false)
  })

  test('what is still there between two positions is told by its key', async () => {
    await store().append([eventRow({ event_id: 'gone', anonymous_id: 'v' }), eventRow({ event_id: 'kept' })])
    const { events } = await store().forwards.page('default', FIRST_PLACE, 9)
    const position = events[0]?.position ?? 0
    expect((await store().forwards.present('default', position, position)).size).toBe(2)
    await store().forget('default', { userId: null, anonymousIds: ['v'] })
    expect([...(await store().forwards.present('default', position, position))]).toEqual(['$pageview\0kept'])
    expect((await store().forwards.present('default', position + 1, position + 9)).size).toBe(0)
  })

  test('statements about consent are found by either id, by a link, and only when they came later', async () => {
    const said = (fields: object, consent?: object) =>
      eventRow({ ...fields, body: JSON.stringify({ consent, properties: { consent: { ads: true } } }) })
    await store().append([said({ anonymous_id: 'v1' }, { ads: true })])
    const [first] = (await store().forwards.page('default', FIRST_PLACE, 9)).events
    await store().append([
      said({ anonymous_id: 'v1' }, { ads: false }),
      said({ anonymous_id: 'v1' }),
      said({ anonymous_id: 'v2', user_id: 'u2' }, { analytics: true, ads: false }),
      said({ anonymous_id: null, user_id: 'u3' }, { ads: false }),
      said({ anonymous_id: 'v4' }, { ads: false }),
      said({ anonymous_id: 'v1', project: 'other' }, { ads: false }),
    ])
    const ids = { anonymousIds: ['v1', 'v2'], userIds: ['u3'] }
    const found = await store().forwards.statements('default', first?.position ?? 0, ids)
    expect(found.map(({ anonymousId, userId, consent }) => [anonymousId, userId, consent.ads]).sort()).toEqual([
      [null, 'u3', false],
      ['v1', null, false],
      ['v2', 'u2', false],
    ])
    const none = { anonymousIds: [], userIds: [] }
    expect(await store().forwards.statements('default', 0, none)).toEqual([])
  })
}
