import { readFileSync } from 'node:fs'
import { createServerClient } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type StoreEnv, startCollectorProcess } from './collector-process.ts'
import { SERVER_KEY } from './keys.ts'

const HOUR_MS = 3_600_000

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

interface Read {
  readonly event: { readonly eventId: string; readonly timestamp: string }
  readonly occurredAt: string
}

async function readEvents(url: string): Promise<ReadonlyMap<string, Read>> {
  const response = await fetch(`${url}/v1/events`, { headers: { authorization: `Bearer ${SERVER_KEY}` } })
  const { events }: { events: readonly Read[] } = await response.json()
  return new Map(events.map((read) => [read.event.eventId, read]))
}

/** The collector's clock is an hour ahead of this process: to it, ours is an hour slow. */
async function sendWithASlowClock(env: StoreEnv): Promise<void> {
  const { url, child } = await startCollectorProcess({ ...env, CLOCK_OFFSET_MS: String(HOUR_MS) })
  const client = createServerClient({ key: SERVER_KEY, host: url })
  const given = new Date(Date.now() - 60_000).toISOString()
  const begun = Date.now()
  client.capture({ event: 'report_opened', eventId: 'stamped', userId: 'user_1' })
  client.capture({ event: 'order_shipped', eventId: 'given', userId: 'user_1', timestamp: given })
  await client.shutdown()
  const ended = Date.now()

  // As the README has it: a request with a time of its own, copied months later.
  const [, body = ''] = /curl -s http:\/\/127\.0\.0\.1:4318\/v1\/batch[\s\S]*?-d '([\s\S]*?)'/.exec(readme) ?? []
  const headers = { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' }
  const curl = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body })
  expect(await curl.json()).toEqual({ stored: 1, duplicates: [], invalid: [] })

  const events = await readEvents(url)
  const stamped = Date.parse(events.get('stamped')?.occurredAt ?? '') - HOUR_MS
  // The way of the request counts as the clock's: at most what it took.
  expect(stamped).toBeGreaterThanOrEqual(begun)
  expect(stamped).toBeLessThanOrEqual(ended)
  expect(events.get('given')?.occurredAt).toBe(given)
  expect(events.get('order_8841')).toMatchObject({ occurredAt: '2026-01-31T09:30:00.000Z' })
  expect(await child.stop('SIGTERM')).toBe(0)
}

test('a time that was given stands, and what the SDK stamped is corrected, on DuckDB', async () => {
  await sendWithASlowClock({ DATA_DIR: await temporaryDataDir() })
})

const missing = postgresMissing()
describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('a time that was given stands, and what the SDK stamped is corrected', async () => {
    await sendWithASlowClock({ DATABASE_URL: await server.createDatabase() })
  })
})
