import type { SqlDriver, SqlSession } from '../store/driver.ts'
import { migrate } from '../store/migrations.ts'
import { openStore } from '../store/open-store.ts'
import { StoreError } from '../store/store-error.ts'
import { isMoving, MOVE_TABLE } from '../store/unfinished-move.ts'
import { type MovedTable, readTables, sumsOf } from './tables.ts'

export interface MoveOptions {
  /** The folder of the DuckDB to move from. No collector may work on it, and it is left as it is. */
  readonly dataDir: string
  /** The PostgreSQL to move to. It is empty, or holds what an earlier call that was ended has brought. */
  readonly databaseUrl: string
  /** Is told of each table when all of it is there. @defaultValue nobody is told */
  readonly onTable?: (moved: { readonly table: string; readonly rows: number }) => void
}

/** So many row numbers are one transaction. */
const ROWS_AT_ONCE = 1_000

/**
 * Brings everything that a data folder holds into a PostgreSQL, compares both, and opens the latter for collectors. It may be ended at
 * any time, `kill -9` included: until it is done, collectors refuse the database, and the next call goes on where it was.
 *
 * @throws {@link StoreError} `move_unfinished` when the database holds something else, or is not the same at the end; otherwise as
 * {@link openStore} does.
 */
export async function moveStore({ dataDir, databaseUrl, onTable = () => undefined }: MoveOptions): Promise<void> {
  const { openPostgres } = await import('../store/postgres-driver.ts')
  const target = await openPostgres(databaseUrl)
  try {
    if (!(await isMoving(target))) await begin(dataDir, target)
    await migrate(target)
    // Loaded here only: whoever imports this package may have no use for DuckDB.
    const { readUnchanged } = await import('../store/duckdb-read-only.ts')
    await readUnchanged(dataDir, async (source) => {
      for (const table of await readTables(source)) {
        await copy(source, target, table)
        onTable({ table: table.name, rows: await compare(source, target, table) })
      }
      await continuePositions(source, target)
    })
    await target.transaction((session) => session.query(`DROP TABLE ${MOVE_TABLE}`))
  } finally {
    await target.close()
  }
  // It makes statistics, without which reports are slow.
  await (await openStore({ databaseUrl })).close()
}

const FILLED = `SELECT count(*) AS tables FROM information_schema.tables WHERE table_schema = current_schema()`

async function begin(dataDir: string, target: SqlDriver): Promise<void> {
  const [row] = await target.query(FILLED)
  if (Number(row?.['tables']) > 0) {
    throw new StoreError('move_unfinished', 'the database holds tables already: move into one that is empty')
  }
  // Brings its tables to this version, and makes sure that all is there that was acknowledged from it.
  await (await openStore({ dataDir })).close()
  await target.transaction((session) =>
    session.query(`CREATE TABLE ${MOVE_TABLE} (moved VARCHAR PRIMARY KEY, next_row BIGINT NOT NULL)`),
  )
}

/** Each part and how far it goes are one transaction, so none is there twice. */
async function copy(source: SqlSession, target: SqlDriver, table: MovedTable): Promise<void> {
  const { name, uuids } = table
  const names = Object.keys(table.columns)
  const [last] = await source.query(`SELECT coalesce(max(rowid), -1) AS row FROM ${name}`)
  const read = `SELECT ${names.map((column) => `CAST(${column} AS ${table.columns[column]}) AS ${column}`).join(', ')}
    FROM ${name} WHERE rowid >= $1 AND rowid < $2`
  const write = `INSERT INTO ${name} (${names.join(', ')})
    SELECT ${names.map((column) => (uuids.has(column) ? `CAST(${column} AS UUID)` : column)).join(', ')}
    FROM ${target.rowsFrom('$1', table.columns)}`

  for (let next = await placeOf(target, name); next <= Number(last?.['row']); next += ROWS_AT_ONCE) {
    const rows = await source.query(read, [next, next + ROWS_AT_ONCE])
    if (name === 'events') await target.prepareDays(new Set(rows.map((row) => Number(row['day']))))
    await target.transaction(async (session) => {
      await advance(session, { name, from: next, to: next + ROWS_AT_ONCE })
      await session.query(write, [JSON.stringify(rows)])
    })
  }
}

async function placeOf(target: SqlDriver, name: string): Promise<number> {
  const enter = `INSERT INTO ${MOVE_TABLE} (moved, next_row) VALUES ($1, 0) ON CONFLICT (moved) DO NOTHING`
  await target.transaction((session) => session.query(enter, [name]))
  const [row] = await target.query(`SELECT next_row FROM ${MOVE_TABLE} WHERE moved = $1`, [name])
  return Number(row?.['next_row'])
}

interface Advance {
  readonly name: string
  readonly from: number
  readonly to: number
}

async function advance(session: SqlSession, { name, from, to }: Advance): Promise<void> {
  const taken = await session.query(
    `UPDATE ${MOVE_TABLE} SET next_row = $3 WHERE moved = $1 AND next_row = $2 RETURNING next_row`,
    [name, from, to],
  )
  if (taken.length === 0) throw new StoreError('move_unfinished', 'another process moves into this database')
}

/** @returns the number of rows, which both have. */
async function compare(source: SqlSession, target: SqlDriver, table: MovedTable): Promise<number> {
  const there = await sumsOf(source, 'duckdb', table)
  const here = await target.transaction(async (session) => {
    await session.query('SET LOCAL statement_timeout = 0')
    return await sumsOf(session, 'postgres', table)
  })
  if (there.rows === here.rows && there.high === here.high && there.low === here.low) return here.rows
  throw new StoreError(
    'move_unfinished',
    `${table.name} is not the same in both: ${there.rows} rows in the data folder and ${here.rows} in the database. Something has written to one of them meanwhile. Empty the database and begin again.`,
  )
}

const LAST_POSITION = `SELECT last_value AS last FROM duckdb_sequences() WHERE sequence_name = 'tail_positions'`

/** What is stored from now on is above everything that was moved. */
async function continuePositions(source: SqlSession, target: SqlDriver): Promise<void> {
  const [row] = await source.query(LAST_POSITION)
  const last = Number(row?.['last'])
  await target.transaction((session) => session.query(`SELECT setval('tail_positions', $1)`, [last]))
}
