import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventRow } from '../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import { openDuckDb } from '../store/duckdb-driver.ts'
import { readUnchanged } from '../store/duckdb-read-only.ts'
import { MIGRATIONS } from '../store/migration-steps.ts'
import { migrate } from '../store/migrations.ts'
import { openStore } from '../store/open-store.ts'
import { openPostgres } from '../store/postgres-driver.ts'
import { moveStore } from './move-store.ts'
import { readTables } from './tables.ts'

const rowsOf = new URL('../../test/migrations/', import.meta.url)
const EVENTS = 2_500

/** A data folder with rows in every table, as collectors of all versions wrote them, and many events. */
async function filledFolder(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadline-move-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const driver = await openDuckDb(dataDir)
  for (const [index] of MIGRATIONS.entries()) {
    await migrate(driver, { migrations: MIGRATIONS.slice(0, index + 1) })
    for (const name of [`${index + 1}.duckdb.sql`, `${index + 1}.sql`]) {
      const file = new URL(name, rowsOf)
      const statements = existsSync(file) ? readFileSync(file, 'utf8').split(/;\n/) : []
      for (const text of statements.filter((each) => each.trim() !== '')) {
        await driver.transaction((session) => session.query(text))
      }
    }
  }
  await driver.close()
  const store = await openStore({ dataDir })
  const many = Array.from({ length: EVENTS }, (_, index) =>
    eventRow({ project: 'many', event_id: `e${index}`, anonymous_id: `v${index}`, user_id: `u${index}` }),
  )
  await store.append(many)
  await store.close()
  return dataDir
}

const missing = postgresMissing()
describe.skipIf(missing)(`a move from DuckDB to PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  /** Counts the rows of every table of a data folder. */
  const countsIn = (dataDir: string) =>
    readUnchanged(dataDir, async (source) => {
      const counted: [string, number][] = []
      for (const { name } of await readTables(source)) {
        const [row] = await source.query(`SELECT count(*) AS total FROM ${name}`)
        counted.push([name, Number(row?.['total'])])
      }
      return counted
    })

  test('brings every row of every table, knows again what was stored, and goes on above it', async () => {
    const dataDir = await filledFolder()
    const databaseUrl = await server.createDatabase()
    const moved: [string, number][] = []
    await moveStore({ dataDir, databaseUrl, onTable: ({ table, rows }) => void moved.push([table, rows]) })
    const expected = await countsIn(dataDir)
    expect(moved).toEqual(expected)
    expect(expected.filter(([, rows]) => rows === 0)).toEqual([])

    const store = await openStore({ databaseUrl })
    const known = eventRow({ project: 'many', event_id: 'e7' })
    expect(await store.append([known, eventRow({ project: 'many', event_id: 'new', ts: 0 })])).toEqual([false, true])
    const [last] = await store.latest('many', 1)
    expect(last?.eventId).toBe('new')
    await store.close()
  }, 120_000)

  test('that is ended goes on where it was, and no collector starts in between', async () => {
    const dataDir = await filledFolder()
    const databaseUrl = await server.createDatabase()
    const stopped = new Error('stopped')
    const onTable = ({ table }: { readonly table: string }) => {
      if (table === 'events') throw stopped
    }
    await expect(moveStore({ dataDir, databaseUrl, onTable })).rejects.toBe(stopped)
    await expect(openStore({ databaseUrl })).rejects.toMatchObject({ code: 'move_unfinished' })

    // All of the table is there, and is not brought again.
    const driver = await openPostgres(databaseUrl)
    const [before] = await driver.query(`SELECT next_row FROM unfinished_move WHERE moved = 'events'`)
    expect(Number(before?.['next_row'])).toBeGreaterThan(EVENTS)
    await driver.close()
    await moveStore({ dataDir, databaseUrl })
    await (await openStore({ databaseUrl })).close()
    // What holds tables is not moved into.
    await expect(moveStore({ dataDir, databaseUrl })).rejects.toMatchObject({ code: 'move_unfinished' })
  }, 120_000)

  test('tells when one of the two was changed meanwhile', async () => {
    const dataDir = await filledFolder()
    const databaseUrl = await server.createDatabase()
    const onTable = ({ table }: { readonly table: string }) => {
      if (table === 'counters') throw new Error('stopped')
    }
    await expect(moveStore({ dataDir, databaseUrl, onTable })).rejects.toThrow('stopped')
    await server.run(databaseUrl, 'UPDATE counters SET count = count + 1')
    await expect(moveStore({ dataDir, databaseUrl })).rejects.toThrow('counters is not the same in both')
  }, 120_000)
})
