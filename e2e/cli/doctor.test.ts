import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { startCollectorProcess } from '../collector/collector-process.ts'
import { createLedger, makeEvents, sendBatch } from '../collector/load.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli } from './cli.ts'
import { startCollect } from './collect.ts'

interface Finding {
  readonly subject: string
  readonly state: string
  readonly message: string
}

/** What `threadline doctor` finds, by subject, and its exit code. */
async function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { code, stdout } = await runCli(['doctor', '--json', ...args], env)
  const findings = jsonLines<Finding>(stdout)
  return { code, states: Object.fromEntries(findings.map(({ subject, state }) => [subject, state])) }
}

/** Something else that answers where the collector should. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

describe('threadline doctor', () => {
  test('finds nothing to mend about a collector that runs, and does not get in its way', async () => {
    const dataDir = await temporaryDataDir()
    const { child, url } = await startCollect(dataDir)
    const { code, states } = await doctor(['--data-dir', dataDir, '--host', url])
    expect(code).toBe(0)
    expect(states).toMatchObject({
      configuration: 'fine',
      store: 'fine',
      permissions: 'fine',
      collector: 'fine',
      readiness: 'fine',
      'its clock': 'fine',
    })
    expect(await child.stop('SIGTERM')).toBe(0)
  })

  test('says what stands between senders and the collector', async () => {
    const dataDir = await temporaryDataDir()
    const moved = await serve((_, response) => response.writeHead(301, { location: 'https://elsewhere.test/' }).end())
    expect(await doctor(['--data-dir', dataDir, '--host', moved])).toMatchObject({
      code: 5,
      states: { collector: 'problem' },
    })
    const late = await serve((_, response) => response.writeHead(200, { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }).end())
    expect(await doctor(['--data-dir', dataDir, '--host', late])).toMatchObject({ states: { 'its clock': 'warning' } })
    const gone = await doctor(['--data-dir', dataDir, '--host', 'http://127.0.0.1:1'])
    expect(gone).toMatchObject({ code: 5, states: { collector: 'problem' } })
  })

  test('says what is wrong with the configuration, and changes nothing', async () => {
    const dataDir = join(await temporaryDataDir(), 'none')
    const { code, states } = await doctor(['--data-dir', dataDir, '--keys-file', join(dataDir, 'keys.json')])
    expect([code, states]).toEqual([5, { configuration: 'problem', store: 'warning' }])
    expect((await runCli(['keys', 'list', '--data-dir', dataDir])).code).toBe(2)
  })

  test('says what a collector would refuse to start with', { timeout: 120_000 }, async () => {
    const folder = await temporaryDataDir()
    const file = join(folder, 'config.json')
    const refused = async (config: object, env: NodeJS.ProcessEnv = {}) => {
      await writeFile(file, JSON.stringify({ dataDir: folder, ...config }))
      return await doctor(['--config', file], env)
    }
    const key = 'sk_given_twice'
    const wrong = { code: 5, states: { configuration: 'problem' } }
    expect(await refused({ keys: [{ key }] }, { THREADLINE_KEYS: key })).toMatchObject(wrong)
    expect(await refused({ keys: [{ key }, { key: ` ${key}`, project: 'other' }] })).toMatchObject(wrong)
    expect(await refused({ placeDatabase: 'none.mmdb' })).toMatchObject(wrong)
    expect(await refused({ placeDatabase: 'config.json' })).toMatchObject(wrong)
    // Neither a file nor what lies in one is a folder.
    for (const dataDir of [file, join(file, 'data')]) {
      expect(await refused({ dataDir })).toMatchObject({ code: 5, states: { configuration: 'fine', store: 'problem' } })
    }
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`threadline doctor on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('tells of missing tables, missing statistics and a database that takes no writes', async () => {
    const env = { DATABASE_URL: await server.createDatabase() }
    expect(await doctor([], env)).toMatchObject({ code: 0, states: { store: 'fine', tables: 'warning' } })

    const { url, child } = await startCollectorProcess(env)
    await sendBatch(url, makeEvents(10), createLedger())
    expect(await child.stop('SIGTERM')).toBe(0)
    await server.run(
      env.DATABASE_URL,
      `DELETE FROM pg_statistic; UPDATE pg_class SET reltuples = -1 WHERE relname LIKE 'events%'`,
    )
    expect(await doctor([], env)).toMatchObject({
      code: 0,
      states: { tables: 'fine', statistics: 'warning', writes: 'fine', clock: 'fine' },
    })

    const name = new URL(env.DATABASE_URL).pathname.slice(1)
    await server.run(env.DATABASE_URL, `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    expect(await doctor([], env)).toMatchObject({ code: 5, states: { writes: 'problem' } })
    await server.kill()
    expect(await doctor([], env)).toMatchObject({ code: 5, states: { store: 'problem' } })
  })
})
