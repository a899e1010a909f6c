import { Readable } from 'node:stream'
import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { type ExportName, exportedEvents } from './exports.ts'
import { readNdjson } from './read-ndjson.ts'
import { RowError } from './row-error.ts'

/** The events of a file, and the codes of rows that are none. */
async function read(
  lines: readonly unknown[],
  from: ExportName = 'segment',
): Promise<readonly (TrackEvent | string)[]> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const events: (TrackEvent | string)[] = []
  for await (const row of readNdjson(Readable.from([Buffer.from(text)]))) {
    try {
      events.push(...exportedEvents(row, from))
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      events.push(error.code)
    }
  }
  return events
}

const order = {
  type: 'track',
  event: 'Order Completed',
  messageId: 'm-1',
  userId: 'user_42',
  timestamp: '2024-01-31T09:29:00.000Z',
  originalTimestamp: '2024-01-31T08:29:00.000Z',
  receivedAt: '2024-01-31T09:29:01.000Z',
  sentAt: '2024-01-31T08:29:00.500Z',
  version: 2,
  properties: { order_id: 7, revenue: 25, currency: 'USD' },
}

test('a message of Segment’s export is the event that the dialect makes of it, at the time that Segment corrected', async () => {
  expect(await read([order])).toEqual([
    {
      eventId: 'm-1',
      event: 'purchase',
      userId: 'user_42',
      timestamp: '2024-01-31T09:29:00.000Z',
      value: 2_500,
      currency: 'USD',
      properties: { order_id: '7' },
    },
  ])
})

test('a message without an id has the one of its content, the same in every run', async () => {
  const { messageId: _, ...nameless } = order
  const [first, second] = [await read([nameless]), await read([order, nameless])]
  expect(first[0]).toMatchObject({ eventId: expect.stringMatching(/^row_/) })
  expect(second[1]).toEqual(first[0])
})

test('a line of PostHog’s without an id has the one of its content, the same in every run', async () => {
  const line = { event: 'a', distinct_id: 'user_42', timestamp: '2024-01-31T09:29:00.000Z' }
  const [first, again, other] = await read([line, line, { ...line, event: 'b' }], 'posthog')
  expect(first).toMatchObject({ event: 'a', eventId: expect.stringMatching(/^row_/) })
  expect(again).toEqual(first)
  expect(other).toMatchObject({ event: 'b', eventId: expect.stringMatching(/^row_/) })
})

test('what is no event is refused by itself', async () => {
  const { timestamp: _, originalTimestamp: __, ...timeless } = order
  expect(
    await read([timeless, '[1]', '{', { ...order, userId: 'guest' }, { ...order, type: 'video', event: '' }]),
  ).toEqual(['invalid_timestamp', 'validation_error', 'validation_error', 'invalid_id', 'missing_event_name'])
})

test('a line of PostHog’s batch export is the event that the dialect makes of it, with its person’s properties beside it', async () => {
  const line = {
    uuid: '0197c5a2-6f1e-7c3a-9b52-3d1f0a7c8e41',
    event: 'plan_upgraded',
    distinct_id: 'user_42',
    person_id: '0197c5a2-6f1e-7c3a-9b52-3d1f0a7c8e42',
    team_id: 7,
    timestamp: '2024-01-31 09:29:00.123456+00:00',
    properties: '{"plan":"pro","revenue":19.99,"currency":"EUR","$lib":"posthog-node","$lib_version":"5.70.0"}',
    set: { plan: 'pro' },
    ip: '203.0.113.7',
  }
  const shared = {
    eventId: line.uuid,
    userId: 'user_42',
    timestamp: '2024-01-31T09:29:00.123Z',
    context: { library: 'posthog-node/5.70.0', ip: '203.0.113.7' },
  }
  expect(await read([line, { ...line, set: null, event: '$pageview', properties: {} }], 'posthog')).toEqual([
    { ...shared, event: 'plan_upgraded', value: 1_999, currency: 'EUR', properties: { plan: 'pro' } },
    { ...shared, event: '$identify', traits: { plan: 'pro' } },
    { ...shared, event: '$pageview', context: { ip: '203.0.113.7' } },
  ])
  const { timestamp: _, ...timeless } = line
  expect(await read([timeless], 'posthog')).toEqual(['invalid_timestamp'])
})

test('a line of Mixpanel’s raw export', async () => {
  const line = (event: string, properties: object) => ({
    event,
    properties: { time: 1_706_693_340, $insert_id: `i-${event}`, ...properties },
  })
  expect(
    await read(
      [
        line('Plan Upgraded', {
          distinct_id: 'user_42',
          $user_id: 'user_42',
          $device_id: 'device-1',
          plan: 'pro',
          revenue: 19.99,
          currency: 'EUR',
          mp_lib: 'web',
          $lib_version: '2.50.0',
          utm_source: 'news',
        }),
        line('$mp_web_page_view', {
          distinct_id: '$device:device-1',
          current_url_path: '/pricing',
          $current_url: 'https://shop.example/pricing',
          $referrer: '$direct',
        }),
        line('$identify', { $identified_id: 'user_42', $anon_id: 'device-1' }),
      ],
      'mixpanel',
    ),
  ).toEqual([
    {
      eventId: 'i-Plan Upgraded',
      event: 'Plan Upgraded',
      timestamp: '2024-01-31T09:29:00.000Z',
      userId: 'user_42',
      anonymousId: 'device-1',
      utm: { source: 'news' },
      value: 1_999,
      currency: 'EUR',
      context: { library: 'web/2.50.0' },
      properties: { plan: 'pro' },
    },
    {
      eventId: 'i-$mp_web_page_view',
      event: '$pageview',
      timestamp: '2024-01-31T09:29:00.000Z',
      anonymousId: 'device-1',
      url: 'https://shop.example/pricing',
      path: '/pricing',
    },
    {
      eventId: 'i-$identify',
      event: '$identify',
      timestamp: '2024-01-31T09:29:00.000Z',
      userId: 'user_42',
      anonymousId: 'device-1',
    },
  ])
})

test('a line of Amplitude’s export', async () => {
  const line = (event_type: string, more: object) => ({
    event_type,
    event_time: '2024-01-31 09:29:00.123000',
    user_id: 'user_42',
    device_id: 'device-1',
    session_id: 1_706_693_000_000,
    uuid: `u-${event_type}`,
    $insert_id: null,
    user_properties: {},
    event_properties: {},
    groups: {},
    platform: 'Web',
    library: 'amplitude-ts/2.11.0',
    ...more,
  })
  const shared = {
    userId: 'user_42',
    anonymousId: 'device-1',
    sessionId: '1706693000000',
    timestamp: '2024-01-31T09:29:00.123Z',
    context: { library: 'amplitude-ts/2.11.0' },
  }
  expect(
    await read(
      [
        line('Plan Upgraded', {
          event_properties: { plan: 'pro', $revenue: 500, currency: 'JPY' },
          groups: { company: ['acme'] },
        }),
        line('[Amplitude] Page Viewed', {
          event_properties: {
            '[Amplitude] Page URL': 'https://shop.example/pricing',
            '[Amplitude] Page Path': '/pricing',
          },
        }),
        line('$identify', { user_properties: { $set: { email: 'sam@example.com' } } }),
        line('Purchase', { event_properties: { revenue: 19.99 }, session_id: -1 }),
      ],
      'amplitude',
    ),
  ).toEqual([
    {
      ...shared,
      eventId: 'u-Plan Upgraded',
      event: 'Plan Upgraded',
      value: 500,
      currency: 'JPY',
      properties: { platform: 'Web', plan: 'pro', $groups: { company: ['acme'] } },
    },
    {
      ...shared,
      eventId: 'u-[Amplitude] Page Viewed',
      event: '$pageview',
      url: 'https://shop.example/pricing',
      path: '/pricing',
      properties: { platform: 'Web' },
    },
    {
      ...shared,
      eventId: 'u-$identify',
      event: '$identify',
      email: 'sam@example.com',
      traits: { email: 'sam@example.com' },
      properties: { platform: 'Web' },
    },
    {
      ...shared,
      sessionId: undefined,
      eventId: 'u-Purchase',
      event: 'Purchase',
      properties: { platform: 'Web', revenue: 19.99 },
    },
  ])
})

test('a line of GA4’s BigQuery export, whose id is made of what it says', async () => {
  const text = (key: string, string_value: string) => ({ key, value: { string_value } })
  const line = {
    event_date: '20240131',
    event_timestamp: '1706693340123456',
    event_name: 'purchase',
    event_params: [
      text('page_location', 'https://shop.example/thanks?x=1'),
      text('page_title', 'Thanks'),
      text('currency', 'EUR'),
      text('transaction_id', 'order-1'),
      { key: 'ga_session_id', value: { int_value: '1706693000' } },
      { key: 'value', value: { double_value: 49.9 } },
    ],
    user_id: 'user_42',
    user_pseudo_id: '123.456',
    user_properties: [text('plan', 'pro')],
    device: { language: 'de-at' },
    privacy_info: { analytics_storage: 'Yes', ads_storage: 'No' },
    collected_traffic_source: { manual_source: 'news', gclid: 'abc' },
    ecommerce: { purchase_revenue: 49.9, transaction_id: 'order-1' },
    items: [{ item_id: 'sku-1' }],
  }
  const [first, again, view] = await read([line, line, { ...line, event_name: 'page_view', event_params: [] }], 'ga4')
  expect(first).toEqual({
    eventId: expect.stringMatching(/^row_/),
    event: 'purchase',
    timestamp: '2024-01-31T09:29:00.123Z',
    anonymousId: '123.456',
    userId: 'user_42',
    sessionId: '123.456.1706693000',
    url: 'https://shop.example/thanks?x=1',
    path: '/thanks',
    title: 'Thanks',
    utm: { source: 'news' },
    clickIds: { gclid: 'abc' },
    value: 4_990,
    currency: 'EUR',
    consent: { ads: false },
    context: { locale: 'de-at' },
    properties: { transaction_id: 'order-1', items: [{ item_id: 'sku-1' }], user_properties: { plan: 'pro' } },
  })
  expect(again).toEqual(first)
  expect(view).toMatchObject({ event: '$pageview' })
})

test('integers of GA4 keep their digits', async () => {
  const parameter = (key: string, int_value: string) => ({ key, value: { int_value } })
  const [event] = await read(
    [
      {
        event_name: 'a',
        event_timestamp: '1706693340123456',
        user_pseudo_id: '123.456',
        event_params: [parameter('small', '-42'), parameter('order', '9007199254740993')],
      },
    ],
    'ga4',
  )
  expect(event).toMatchObject({ properties: { small: -42, order: '9007199254740993' } })
})

test.each(['posthog', 'mixpanel', 'amplitude', 'ga4'] as const)(
  'what is no line of %s is refused by itself',
  async (from) => {
    for (const line of [
      {},
      [],
      'nonsense',
      { event: 1, properties: 1, event_params: 1, event_type: 1, timestamp: 1 },
    ]) {
      const [result] = await read([line], from)
      expect(result).toEqual(expect.any(String))
    }
  },
)

test.each([
  ['segment', '{"type":"track","event":"a","timestamp":"2024-01-31T09:29:00.000Z","userId":ID}', 'invalid_id'],
  ['posthog', '{"event":"a","timestamp":"2024-01-31T09:29:00.000Z","distinct_id":ID}', 'invalid_id'],
  ['mixpanel', '{"event":"a","properties":{"time":1706693340,"distinct_id":ID}}', 'validation_error'],
  ['amplitude', '{"event_type":"a","event_time":"2024-01-31 09:29:00.000000","user_id":ID}', 'validation_error'],
] as const)('a number that stands for several ids is no id: %s', async (from, line, code) => {
  const lines = ['9007199254740991', '9007199254740993'].map((id) => line.replace('ID', id))
  expect(await read(lines, from)).toEqual([expect.objectContaining({ userId: '9007199254740991' }), code])
})

test('Plausible exports nothing that an event could be made of, and that is said', async () => {
  await expect(read([{ date: '2024-01-31', visitors: 3 }], 'plausible')).rejects.toThrow(/totals/)
})
