import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type StoreEnv, startCollectorProcess } from './collector-process.ts'
import { type HostileRead, hostileRead } from './hostile-reads.ts'
import { SERVER_KEY } from './keys.ts'
import { createLedger, makeEvents, sendBatch } from './load.ts'

/**
 * Reads on each database: a few, always the same ones, unless told otherwise. For all of them, and others each time:
 * `HOSTILE_READS=10000 pnpm exec vitest run --project e2e e2e/collector/hostile-reads.test.ts`
 */
const READS = Number(process.env['HOSTILE_READS'] ?? 600)
const SEEDED = process.env['HOSTILE_READS'] === undefined ? { seed: 20_261_127 } : {}

/** Reads that are under way at a time. */
const AT_ONCE = 3

/** What comes back as soon as it is known what it will be: a live stream has no end. */
function send(url: string, { method, path, headers }: HostileRead): Promise<readonly [status: number, body: string]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const all = { authorization: `Bearer ${SERVER_KEY}`, ...headers }
    const sent = request({ hostname, port, method, path, headers: all, agent: false }, (response) => {
      const status = response.statusCode ?? 0
      let body = ''
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        resolve([status, body])
        sent.destroy()
        return
      }
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      response.on('end', () => resolve([status, body]))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function readOddly(env: StoreEnv): Promise<void> {
  const { url, child } = await startCollectorProcess(env)
  await sendBatch(url, makeEvents(300), createLedger())
  const statuses = new Map<number, number>()

  async function check(read: HostileRead): Promise<void> {
    const [status, body] = await send(url, read)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    expect(status, `${read.method} ${read.path}: ${body}`).toBeLessThan(500)
    if (status >= 400 && read.method === 'GET' && body.startsWith('{')) {
      expect(JSON.parse(body).error, read.path).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    }
  }

  const groups = fc.array(hostileRead, { minLength: AT_ONCE, maxLength: AT_ONCE })
  await fc.assert(
    fc.asyncProperty(groups, async (reads) => {
      await Promise.all(reads.map(check))
    }),
    { numRuns: Math.ceil(READS / AT_ONCE), ...SEEDED },
  )
  // It was no wall that all of them ran into.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(READS / 10)
  expect(statuses.get(400) ?? 0).toBeGreaterThan(READS / 20)
  expect(await child.stop('SIGTERM')).toBe(0)
}

const TIMEOUT_MS = 60_000 + READS * 100

describe(`${READS} odd reads over HTTP: none is answered 5xx`, () => {
  test(
    'on DuckDB',
    async () => {
      await readOddly({ DATA_DIR: await temporaryDataDir() })
    },
    TIMEOUT_MS,
  )

  const missing = postgresMissing()
  describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server?.stop())

    test(
      'on PostgreSQL',
      async () => {
        await readOddly({ DATABASE_URL: await server.createDatabase() })
      },
      TIMEOUT_MS,
    )
  })
})
