import type { Columns, SqlRow, SqlSession } from '../store/driver.ts'

/** A table of the source, with all it has. */
export interface MovedTable {
  readonly name: string
  /** As they travel: hashes as text. */
  readonly columns: Columns
  /** Those that are UUIDs in the tables. */
  readonly uuids: ReadonlySet<string>
}

const COLUMNS = `SELECT table_name, column_name, data_type FROM information_schema.columns
  WHERE table_schema = 'main' AND table_name <> 'schema_migrations' ORDER BY table_name, ordinal_position`

/** Reads which tables a DuckDB has, so that none of a later version is forgotten. */
export async function readTables(source: SqlSession): Promise<readonly MovedTable[]> {
  const rows = await source.query(COLUMNS)
  const names = [...new Set(rows.map((row) => String(row['table_name'])))]
  return names.map((name) =>
    tableOf(
      name,
      rows.filter((row) => row['table_name'] === name),
    ),
  )
}

function tableOf(name: string, rows: readonly SqlRow[]): MovedTable {
  const typed = rows.map((row) => [String(row['column_name']), String(row['data_type'])] as const)
  return {
    name,
    columns: Object.fromEntries(typed.map(([column, type]) => [column, travelling(type)] as const)),
    uuids: new Set(typed.filter(([, type]) => type === 'UUID').map(([column]) => column)),
  }
}

function travelling(type: string): Columns[string] {
  if (type === 'BIGINT' || type === 'INTEGER') return type
  if (type === 'VARCHAR' || type === 'UUID') return 'VARCHAR'
  throw new TypeError(`no way is known to move a column of type ${type}`)
}

/** What the rows of a table add up to, in whatever order: their number, and 64 bits of their MD5s. */
export interface Sums {
  readonly rows: number
  readonly high: number
  readonly low: number
}

/** Sums stay below 2^53. */
const MODULUS = 9_007_199_254_740_881

/** Neither engine changes a text that it casts to a text, and both write integers and UUIDs alike. */
export async function sumsOf(session: SqlSession, engine: 'duckdb' | 'postgres', table: MovedTable): Promise<Sums> {
  const values = Object.keys(table.columns).map((column) => `coalesce('=' || CAST(${column} AS VARCHAR), '-')`)
  const number = (start: number) =>
    engine === 'duckdb'
      ? `CAST('0x' || substr(hash, ${start}, 8) AS BIGINT)`
      : `('x' || substr(hash, ${start}, 8))::bit(32)::bigint`
  const sum = (start: number) => `CAST(coalesce(sum(${number(start)}), 0) % ${MODULUS} AS BIGINT)`
  const [row] = await session.query(`SELECT count(*) AS total, ${sum(1)} AS high, ${sum(9)} AS low
    FROM (SELECT md5(${values.join(` || chr(31) || `)}) AS hash FROM ${table.name}) AS hashed`)
  return { rows: Number(row?.['total']), high: Number(row?.['high']), low: Number(row?.['low']) }
}
