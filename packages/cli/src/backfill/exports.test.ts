import { Readable } from 'node:stream'
import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { exportedEvent } from './exports.ts'
import { readNdjson } from './read-ndjson.ts'
import { RowError } from './row-error.ts'

/** The events of a file, and the codes of rows that are none. */
async function read(lines: readonly unknown[]): Promise<readonly (TrackEvent | string)[]> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const events: (TrackEvent | string)[] = []
  for await (const row of readNdjson(Readable.from([Buffer.from(text)]))) {
    try {
      events.push(exportedEvent(row, 'segment'))
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

test('what is no event is refused by itself', async () => {
  const { timestamp: _, originalTimestamp: __, ...timeless } = order
  expect(
    await read([timeless, '[1]', '{', { ...order, userId: 'guest' }, { ...order, type: 'video', event: '' }]),
  ).toEqual(['invalid_timestamp', 'validation_error', 'validation_error', 'invalid_id', 'missing_event_name'])
})
