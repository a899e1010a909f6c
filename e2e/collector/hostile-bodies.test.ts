import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostileBody, hostileBody } from '../../packages/collector/test/hostile-bodies.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts'
import { SERVER_KEY } from './keys.ts'
import { storedIds } from './stored.ts'

/** Bodies that are under way at a time, so that bad ones are written in one group with good ones. */
const AT_ONCE = 20

/** @returns how many events the collector said it stored. */
async function sendHostileBodies({ url }: CollectorProcess, count: number): Promise<number> {
  async function send({ body, headers }: HostileBody): Promise<number> {
    const response = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVER_KEY}`, ...headers },
      body,
    })
    expect(response.status).toBeLessThan(500)
    const answer = await response.json()
    return response.status === 200 ? answer.stored : 0
  }

  let stored = 0
  const bodies = fc.array(hostileBody, { minLength: AT_ONCE, maxLength: AT_ONCE })
  await fc.assert(
    fc.asyncProperty(bodies, async (group) => {
      for (const count of await Promise.all(group.map(send))) stored += count
    }),
    { numRuns: count / AT_ONCE },
  )
  return stored
}

describe('hostile bodies over HTTP', () => {
  test('10,000 of them neither stop the process nor store a half batch, on DuckDB', async () => {
    const dataDir = await temporaryDataDir()
    const collector = await startCollectorProcess({ DATA_DIR: dataDir })
    const stored = await sendHostileBodies(collector, 10_000)
    expect(await collector.child.stop('SIGTERM')).toBe(0)
    expect(stored).toBeGreaterThan(100)
    expect(await storedIds({ dataDir })).toHaveLength(stored)
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`hostile bodies over HTTP, on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('2,000 of them neither stop the process nor store a half batch', async () => {
    const databaseUrl = await server.createDatabase()
    const collector = await startCollectorProcess({ DATABASE_URL: databaseUrl })
    const stored = await sendHostileBodies(collector, 2_000)
    expect(await collector.child.stop('SIGTERM')).toBe(0)
    expect(stored).toBeGreaterThan(20)
    expect(await storedIds({ databaseUrl })).toHaveLength(stored)
  })
})
