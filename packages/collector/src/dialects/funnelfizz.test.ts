import { describe, expect, test } from 'vitest'
import { answerOf, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'

const PATH = '/api/tracking/server-events?workspaceId=ws_1'
const session = { key: null, headers: { cookie: 'theme=dark; session=abc' } }

function body(...events: readonly object[]) {
  return { siteId: 'site_1', events }
}

describe('FunnelFizz’s server events', () => {
  test('are stored as canonical events at the time they arrive', async () => {
    const { post, stored } = await dialectCollector()
    const sent = body(
      {
        type: 'trial_start',
        visitorId: VISITOR,
        email: 'sam@example.com',
        path: '/signup',
        referrer: 'https://news.example/',
        utm: { utm_source: 'newsletter', utm_medium: 'email' },
        props: { plan: 'pro', value: 49.9, currency: 'eur', threadline_event_id: 'order_1' },
      },
      { type: 'identify', visitorId: VISITOR, email: 'sam@example.com', props: { plan: 'pro' } },
    )
    expect(await answerOf(await post(PATH, sent, session))).toEqual([200, { ok: true, count: 2 }])
    const all = await stored()
    expect(all.find(({ event }) => event === 'trial_start')).toEqual({
      eventId: 'order_1',
      event: 'trial_start',
      timestamp: '2026-01-31T09:30:01.000Z',
      anonymousId: VISITOR,
      email: 'sam@example.com',
      path: '/signup',
      referrer: 'https://news.example/',
      utm: { source: 'newsletter', medium: 'email' },
      value: 4_990,
      currency: 'EUR',
      properties: { plan: 'pro' },
    })
    expect(all.find(({ event }) => event === '$identify')).toMatchObject({
      anonymousId: VISITOR,
      traits: { plan: 'pro' },
    })
  })

  test('with one e-mail address make their visitors one person, but not that of whoever is logged in', async () => {
    const { post, get } = await dialectCollector()
    const email = 'sam@example.com'
    const sent = body(
      { type: 'pageview', visitorId: VISITOR, email },
      { type: 'signup', visitorId: 'another-device', email: 'Sam@example.com ' },
      { type: 'note', email },
      { type: 'shown', visitorId: 'staff-device', email, userId: 'staff_1' },
    )
    expect((await post(PATH, sent, session)).status).toBe(200)
    const { person } = await (await get('/v1/people/another-device')).json()
    expect(person).toEqual({
      userId: `email:${email}`,
      anonymousIds: expect.arrayContaining([VISITOR, 'another-device', `email:${email}`]),
    })
    const staff = await (await get('/v1/people/staff-device')).json()
    expect(staff.person).toEqual({ userId: 'staff_1', anonymousIds: ['staff-device'] })
  })

  test('move a person from stage to stage', async () => {
    const { post, get } = await dialectCollector()
    const stage = async () => (await (await get(`/v1/people/${VISITOR}/timeline`)).json()).stage
    for (const [type, reached] of [
      ['pageview', 'visitor'],
      ['signup', 'consideration'],
      ['identify', 'consideration'],
      ['trial_signup', 'trial'],
      ['trial_start', 'trial'],
    ] as const) {
      await post(PATH, body({ type, visitorId: VISITOR }), session)
      expect(await stage(), type).toBe(reached)
    }
  })

  test('with a Threadline id are stored once, however often they come', async () => {
    const { post, stored } = await dialectCollector()
    const sent = body({ type: 'signup', visitorId: VISITOR, props: { threadline_event_id: 'e1' } })
    expect((await post(PATH, sent, session)).status).toBe(200)
    expect((await post(PATH, sent, session)).status).toBe(200)
    expect(await stored()).toHaveLength(1)
  })

  test('may name the session’s own user and nobody else', async () => {
    const { post, stored } = await dialectCollector()
    const own = body({ type: 'signup', visitorId: VISITOR, userId: 'staff_1' })
    const foreign = body({ type: 'signup', visitorId: VISITOR }, { type: 'signup', visitorId: VISITOR, userId: 'u' })
    expect((await post(PATH, own, session)).status).toBe(200)
    expect(await answerOf(await post(PATH, foreign, session))).toMatchObject([403, { error: 'forbidden' }])
    expect(await stored()).toMatchObject([{ userId: 'staff_1' }])
  })

  test('with an email and no visitor belong to that address, however it is written', async () => {
    const { post, get } = await dialectCollector()
    await post(PATH, body({ type: 'signup', email: ' Sam@Example.com' }), session)
    await post(PATH, body({ type: 'trial_start', email: 'sam@example.com' }), session)
    const { events } = await (await get('/v1/people/email:sam@example.com/timeline')).json()
    expect(events).toHaveLength(2)
  })

  test('are refused by the documented limits, and nothing stored', async () => {
    const { post, stored } = await dialectCollector()
    const cases = [
      ['51 events', PATH, body(...Array.from({ length: 51 }, () => ({ type: 'a', visitorId: VISITOR }))), 400],
      ['props over 8 KB', PATH, body({ type: 'a', visitorId: VISITOR, props: { log: 'x'.repeat(8_192) } }), 400],
      ['neither visitor nor email', PATH, body({ type: 'a' }), 400],
      ['a site of another workspace', '/api/tracking/server-events?workspaceId=ws_2', body({ type: 'a' }), 403],
      ['no workspace', '/api/tracking/server-events', body({ type: 'a' }), 403],
      ['a body over a megabyte', PATH, body({ type: 'x'.repeat(1_000_001) }), 413],
    ] as const
    for (const [what, path, sent, status] of cases) {
      expect((await post(path, sent, session)).status, what).toBe(status)
    }
    expect(await stored()).toEqual([])
  })

  test('need the session cookie', async () => {
    const { post } = await dialectCollector()
    for (const cookie of ['', 'session=other', 'session']) {
      const answer = await post(PATH, body({ type: 'a' }), { key: null, headers: { cookie } })
      expect(await answerOf(answer)).toMatchObject([401, { error: 'unauthorized' }])
    }
  })
})
