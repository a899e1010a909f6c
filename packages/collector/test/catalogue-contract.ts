import { expect, test } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { eventRow } from './event-row.ts'

const days = { from: 20260101, to: 20260131 }

const body = (properties: unknown) => JSON.stringify({ properties })

/** What every store tells of the events that it has seen. `store` gives an empty one. */
export function catalogueContract(store: () => Store): void {
  test('tells names of events, most first, who sends them, and what their events hold', async () => {
    const viewed = Array.from({ length: 60 }, (_, index) =>
      eventRow({
        event: 'plan_viewed',
        sender: 'pk',
        day: 20260101 + (index % 30),
        ts: 1_000 + index,
        body: body({ plan: 'pro', seats: index }),
      }),
    )
    await store().append([
      ...viewed,
      eventRow({ event: 'paid', sender: 'sk', ts: 5, body: body({ plan: null, lines: [], card: {} }) }),
      eventRow({ event: 'paid', sender: 'pk', ts: 6, body: body({ plan: 'pro', 'nested.name': true }) }),
      eventRow({ event: 'bare', body: '{}' }),
      eventRow({ event: 'crawled', bot: 'Googlebot' }),
      eventRow({ event: 'earlier', day: 20251231 }),
      eventRow({ event: 'huge', body: body({ text: 'x'.repeat(30_000) }) }),
      eventRow({ event: 'elsewhere', project: 'other' }),
    ])
    const found = await store().catalogue('default', { days, limit: 10 })
    expect(found.map(({ event, count }) => [event, count])).toEqual([
      ['plan_viewed', 60],
      ['paid', 2],
      ['bare', 1],
      ['huge', 1],
    ])
    expect(found[0]).toMatchObject({ firstSeen: 1_000, lastSeen: 1_059, senders: ['browser'], lookedInto: 20 })
    expect(found[0]?.properties).toEqual([
      { name: 'plan', types: ['string'], seen: 20 },
      { name: 'seats', types: ['number'], seen: 20 },
    ])
    expect(found[1]?.senders).toEqual(['browser', 'server'])
    expect(found[1]?.properties).toEqual([
      { name: 'plan', types: ['null', 'string'], seen: 2 },
      { name: 'card', types: ['object'], seen: 1 },
      { name: 'lines', types: ['list'], seen: 1 },
      { name: 'nested.name', types: ['boolean'], seen: 1 },
    ])
    expect(found[2]).toMatchObject({ lookedInto: 1, properties: [], moreProperties: 0 })
    expect(found[3]).toMatchObject({ lookedInto: 0, properties: [] })

    const withBots = await store().catalogue('default', { days, limit: 3, withBots: true })
    expect(withBots.map(({ event }) => event)).toEqual(['plan_viewed', 'paid', 'bare'])
    expect(await store().catalogue('default', { days: { from: 20270101, to: 20270101 }, limit: 3 })).toEqual([])
  })
}
