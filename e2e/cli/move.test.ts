import { openStore } from '@threadline/collector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres } from '../../packages/collector/src/store/postgres-driver.ts'
import { eventRow } from '../../packages/collector/test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { storedIds } from '../collector/stored.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { runCli, startCli } from './cli.ts'

/** Several seconds' worth, so that one that is killed at its first part has not ended. */
const EVENTS = 20_000

test('threadline move says what it lacks', async () => {
  const dataDir = await temporaryDataDir()
  expect(await runCli(['move', '--data-dir', dataDir], { DATABASE_URL: '' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('DATABASE_URL must name'),
  })
  const nowhere = ['move', '--data-dir', `${dataDir}/none`]
  expect(await runCli(nowhere, { DATABASE_URL: 'postgres://127.0.0.1:1/none' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no data folder'),
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`threadline move${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('killed on its way, and run again, brings every event once', async () => {
    const dataDir = await temporaryDataDir()
    const ids = Array.from({ length: EVENTS }, (_, index) => `event-${index}`)
    const store = await openStore({ dataDir })
    await store.append(ids.map((event_id) => eventRow({ event_id })))
    await store.close()
    const databaseUrl = await server.createDatabase()
    const env = { DATABASE_URL: databaseUrl }
    const target = await openPostgres(databaseUrl)

    const killed = startCli(['move', '--data-dir', dataDir], env)
    const begun = () =>
      target.query(`SELECT next_row FROM unfinished_move WHERE moved = 'event_keys' AND next_row > 0`).catch(() => [])
    await expect.poll(begun, { timeout: 60_000, interval: 20 }).not.toEqual([])
    await killed.stop('SIGKILL')
    await expect(openStore({ databaseUrl })).rejects.toMatchObject({ code: 'move_unfinished' })

    expect(await runCli(['move', '--json', '--data-dir', dataDir], env)).toMatchObject({
      code: 0,
      stdout: JSON.stringify({ type: 'moved', from: dataDir }),
    })
    await target.close()
    expect([...(await storedIds({ databaseUrl }))].sort()).toEqual([...ids].sort())
    expect([...(await storedIds({ dataDir }))].sort()).toEqual([...ids].sort())
    expect(await runCli(['move', '--data-dir', dataDir], env)).toMatchObject({ code: 5 })
  })
})
