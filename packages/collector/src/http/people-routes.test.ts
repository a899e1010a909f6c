import { expect, test } from 'vitest'
import { batch, KEYS, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'

const who = (anonymousId: string, fields: object) => trackEvent({ anonymousId, ...fields })

/** It is 2026-01-31, 9:30 UTC. */
async function site() {
  const { post, get } = await testCollector()
  const events = [
    who('visitor-ada', { path: '/', timestamp: '2026-01-31T01:00:00.000Z' }),
    who('visitor-ada', {
      event: '$identify',
      userId: 'ada',
      traits: { name: 'Ada Lovelace' },
      timestamp: '2026-01-31T01:01:00.000Z',
    }),
    who('visitor-ada', {
      event: '$identify',
      userId: 'ada',
      traits: { plan: 'pro' },
      timestamp: '2026-01-31T01:02:00.000Z',
    }),
    who('visitor-ada', {
      event: 'purchase',
      userId: 'ada',
      email: 'ada@example.com',
      value: 1,
      currency: 'EUR',
      timestamp: '2026-01-31T01:03:00.000Z',
    }),
    who('visitor-bob', { path: '/pricing', timestamp: '2026-01-31T02:00:00.000Z' }),
    who('visitor-bob', {
      event: '$identify',
      userId: 'bob',
      traits: { email: 'bob@example.com' },
      timestamp: '2026-01-31T02:01:00.000Z',
    }),
    who('visitor-eve', { path: '/', timestamp: '2025-11-01T00:00:00.000Z' }),
  ]
  expect((await post('/v1/batch', batch(events), { key: KEYS.server })).status).toBe(200)
  return async (path: string) => {
    const response = await get(path, KEYS.reader)
    return { status: response.status, body: await response.json() }
  }
}

test('people are told by name and address, as far as any event tells them', async () => {
  const read = await site()
  const { body } = await read('/v1/people')
  const told = body.people.map(({ id, name, email }: { id: string; name: string; email: string }) => [id, name, email])
  expect(told).toEqual([
    ['bob', null, 'bob@example.com'],
    ['ada', 'Ada Lovelace', 'ada@example.com'],
    ['visitor-eve', null, null],
  ])
})

test('names answers for each id whose it is and what they are called', async () => {
  const read = await site()
  const { body } = await read('/v1/names?id=visitor-ada&id=ada&id=visitor-eve&id=nobody')
  const ada = { person: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
  expect(body.names).toEqual([
    { id: 'visitor-ada', ...ada },
    { id: 'ada', ...ada },
    { id: 'visitor-eve', person: 'visitor-eve', name: null, email: null },
    { id: 'nobody', person: 'nobody', name: null, email: null },
  ])
  for (const odd of ['', '?id=', '?id=%00', `?${'id=a&'.repeat(201)}`]) {
    expect((await read(`/v1/names${odd}`)).status, odd.slice(0, 10)).toBe(400)
  }
})

test('lists of people and events are those that an overview with the same query counts', async () => {
  const read = await site()
  for (const query of [
    '',
    'filter=page:/',
    'filter=event:$identify',
    'filter=page:/&filter=page:/pricing',
    'goal=purchase',
  ]) {
    const asked = `from=2026-01-01&to=2026-01-31&${query}`
    const { totals } = (await read(`/v1/reports/overview?${asked}`)).body
    const { people } = (await read(`/v1/people?${asked}`)).body
    const { events } = (await read(`/v1/events?${asked}`)).body
    expect(people, query).toHaveLength(totals.conversions ?? totals.visitors)
    if (totals.conversions === undefined) expect(events, query).toHaveLength(totals.events)
  }
  const found = (await read('/v1/people?filter=event:$identify&search=ADA@')).body.people
  expect(found.map(({ id }: { id: string }) => id)).toEqual(['ada'])
  for (const asked of ['', 'from=2026-01-01&']) {
    const idsOf = async (search: string) =>
      (await read(`/v1/people?${asked}search=${search}`)).body.people.map(({ id }: { id: string }) => id)
    expect(await idsOf('LOVElace')).toEqual(['ada'])
    // What is no name is none, and what is written in JSON's own characters is looked for as it is.
    expect(await idsOf('traits')).toEqual([])
    expect(await idsOf('%22name%22:%22Ada')).toEqual([])
  }
})

test('events go on where a page of them ended', async () => {
  const read = await site()
  const times: string[] = []
  let query = 'from=2026-01-31&limit=4'
  for (let page = 0; page < 2; page += 1) {
    const { events, before } = (await read(`/v1/events?${query}`)).body
    times.push(...events.map(({ occurredAt }: { occurredAt: string }) => occurredAt))
    query = `from=2026-01-31&limit=4&before=${before}`
    expect(before === null).toBe(page === 1)
  }
  expect(times).toHaveLength(6)
  expect(times).toEqual([...times].sort().reverse())
  expect((await read('/v1/events?before=nonsense')).status).toBe(400)
  expect((await read('/v1/events')).body).toMatchObject({ before: null })
  expect((await read('/v1/events?filter=shoe:42')).status).toBe(400)
})
