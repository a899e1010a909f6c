import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli } from './cli.ts'
import { startCollect } from './collect.ts'

const SEGMENT = [
  {
    type: 'page',
    messageId: 'm-1',
    anonymousId: 'visitor-0001',
    timestamp: '2024-01-31T09:00:00.000Z',
    receivedAt: '2024-01-31T09:00:01.000Z',
    properties: { url: 'https://shop.example/pricing', path: '/pricing' },
  },
  {
    type: 'identify',
    messageId: 'm-2',
    anonymousId: 'visitor-0001',
    userId: 'user_42',
    timestamp: '2024-01-31T09:10:00.000Z',
    traits: { email: 'sam@example.com' },
  },
  {
    type: 'track',
    event: 'Order Completed',
    messageId: 'm-3',
    userId: 'user_42',
    timestamp: '2024-01-31T09:20:00.000Z',
    properties: { order_id: 'order-1', revenue: 49.9, currency: 'EUR' },
  },
  { type: 'track', event: 'nobody did it', messageId: 'm-4', timestamp: '2024-01-31T09:20:00.000Z' },
]

const said = (output: string, type: string) => jsonLines<{ type: string }>(output).find((line) => line.type === type)

test('--from segment: the history of a person, at its own time, once', async () => {
  const dataDir = await temporaryDataDir()
  const { url, env } = await startCollect(dataDir)
  const file = join(dataDir, 'segment.ndjson')
  await writeFile(file, SEGMENT.map((message) => JSON.stringify(message)).join('\n'))
  const backfill = ['backfill', file, '--from', 'segment', '--json']

  const first = await runCli(backfill, env)
  expect(first.code).toBe(3)
  expect(said(first.stdout, 'refused')).toMatchObject({ line: 4, code: 'missing_identity' })
  expect(said(first.stdout, 'result')).toMatchObject({ rows: 4, stored: 3, duplicates: 0, refused: 1 })
  const again = await runCli([...backfill, '--restart'], env)
  expect(said(again.stdout, 'result')).toMatchObject({ stored: 0, duplicates: 3 })

  const response = await fetch(`${url}/v1/people/user_42/timeline`, {
    headers: { authorization: `Bearer ${env.THREADLINE_KEY}` },
  })
  const { person, events } = await response.json()
  expect(person).toEqual({ userId: 'user_42', anonymousIds: ['visitor-0001'] })
  expect(events).toMatchObject([
    { occurredAt: '2024-01-31T09:00:00.000Z', event: { event: '$pageview', path: '/pricing' } },
    { occurredAt: '2024-01-31T09:10:00.000Z', event: { event: '$identify', email: 'sam@example.com' } },
    { occurredAt: '2024-01-31T09:20:00.000Z', event: { event: 'purchase', value: 4_990, currency: 'EUR' } },
  ])

  const mapped = await runCli([...backfill, '--map', 'eventId=id'], env)
  expect(mapped.code).toBe(2)
  expect(mapped.stdout + mapped.stderr).toContain('leave out --map and --set')
})
