import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SqlDriver } from '../../packages/collector/src/store/driver.ts'
import { openDuckDb } from '../../packages/collector/src/store/duckdb-driver.ts'
import { MIGRATIONS } from '../../packages/collector/src/store/migration-steps.ts'
import { migrate } from '../../packages/collector/src/store/migrations.ts'
import { openPostgres } from '../../packages/collector/src/store/postgres-driver.ts'
import { fileSizeLimitMissing, limitFileSize } from '../../packages/collector/test/file-size-limit.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { startCollectorProcess } from '../collector/collector-process.ts'
import { SERVER_KEY } from '../collector/keys.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { runCli, startCli } from './cli.ts'

const ROWS = 200_000

/** Events of version 6, whose keys are still texts. */
const EVENTS = (engine: SqlDriver['engine']) => `INSERT INTO events
    (project, event, event_id, user_id, ts, received_at, stored_at, day, sender, body)
  SELECT 'default', 'feature_used', 'id-' || n, 'user-' || repeat('x', 150) || n, 1767225600000, 1767225600000, 1767225600000, 20260101, 'sk', '{}'
  FROM ${engine === 'duckdb' ? `range(${ROWS}) AS numbers(n)` : `generate_series(0, ${ROWS - 1}) AS numbers(n)`}`
const KEYS = `INSERT INTO event_keys SELECT project, event, event_id FROM events`

async function fill(driver: SqlDriver): Promise<void> {
  await migrate(driver, { migrations: MIGRATIONS.slice(0, 6) })
  for (const text of [EVENTS(driver.engine), KEYS]) await driver.transaction((session) => session.query(text))
  await driver.close()
}

/** All events are there, and their keys are known in whatever form they are by now. */
async function expectWhole(env: Parameters<typeof startCollectorProcess>[0]): Promise<void> {
  const { url, child } = await startCollectorProcess(env)
  const headers = { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' }
  const days = await fetch(`${url}/v1/reports/events?from=2026-01-01&to=2026-01-01`, { headers })
  expect(await days.json()).toMatchObject({ counts: [{ event: 'feature_used', count: ROWS }] })
  const known = [0, ROWS / 2, ROWS - 1].map((n) => ({ event: 'feature_used', eventId: `id-${n}`, userId: 'user-1' }))
  const timestamp = new Date().toISOString()
  const body = JSON.stringify({ sentAt: timestamp, events: known.map((event) => ({ ...event, timestamp })) })
  const sent = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body })
  expect(await sent.json()).toMatchObject({ stored: 0, duplicates: known.map(({ eventId }) => eventId) })
  expect(await child.stop('SIGTERM')).toBe(0)
}

const noLimit = fileSizeLimitMissing()
describe.skipIf(noLimit)(`a migration on a full disk${noLimit ? ` (${noLimit})` : ''}`, () => {
  test('leaves a data folder as it was, and is done when there is space', async () => {
    const dataDir = await temporaryDataDir()
    await fill(await openDuckDb(dataDir))
    const { size } = statSync(join(dataDir, 'events.duckdb'))
    const child = startCli(['migrate', '--json', '--data-dir', dataDir])
    limitFileSize(child.pid, size + 500_000)
    expect(await child.ended, child.output()).toBe(5)
    const plan = await runCli(['migrate', '--dry-run', '--json', '--data-dir', dataDir])
    expect(plan.stdout).toContain('"type":"step"')
    expect(await runCli(['migrate', '--data-dir', dataDir])).toMatchObject({ code: 0 })
    await expectWhole({ DATA_DIR: dataDir })
  })
})

const missing = postgresMissing() ?? noLimit
describe.skipIf(missing)(`a migration of a PostgreSQL on a full disk${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('leaves its tables at a version, and goes on from there when there is space', async () => {
    const env = { DATABASE_URL: await server.createDatabase() }
    await fill(await openPostgres(env.DATABASE_URL))
    server.limitFileSize(17_000_000)
    const failed = await runCli(['migrate', '--json'], env)
    expect(failed.code, failed.stderr).toBe(5)
    server.limitFileSize('unlimited')
    expect(await runCli(['migrate'], env)).toMatchObject({ code: 0 })
    await expectWhole(env)
  })
})
