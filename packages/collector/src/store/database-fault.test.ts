import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { duckdbFault, postgresFault } from './database-fault.ts'
import { openDuckDb } from './duckdb-driver.ts'

test.each([
  ['Constraint Error: Duplicate key "event_id: jane@example.com" violates', 'Constraint', false],
  ['IO Error: Could not write file "/data/jane.wal": No space left on device', 'IO', false],
  ['FATAL Error: Failed: database has been invalidated, original: "jane"', 'FATAL', true],
  ['INTERNAL Error: Attempted to access index 1 of jane', 'INTERNAL', true],
  ['jane is no error of a kind', 'unknown', false],
])('says of DuckDB’s "%s" what can be logged', (message, code, isFatal) => {
  const fault = duckdbFault(new Error(message))
  expect(fault).toMatchObject({ code, isFatal })
  expect(fault.message).not.toContain('jane')
  expect(fault.message.includes('No space left on device')).toBe(message.includes('No space'))
})

test('keeps of PostgreSQL’s messages those that have no values', () => {
  const away = { code: '57P01', message: 'terminating connection due to administrator command' }
  expect(postgresFault(away)).toMatchObject(away)
  const bad = postgresFault({ code: '22P02', message: 'invalid input syntax for type json: "jane"', table: 'events' })
  expect(bad.message).toBe('PostgreSQL reports 22P02 at table events')
})

test('a statement that DuckDB refuses repeats nothing of what was in it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadline-fault-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const driver = await openDuckDb(join(dataDir, 'a.duckdb'))
  try {
    for (const text of [`SELECT CAST($1 AS INTEGER) AS n`, `SELECT jane AS n WHERE $1 = ''`]) {
      const error = await driver.query(text, ['jane@example.com']).then(
        () => undefined,
        (failure: unknown) => failure,
      )
      expect(inspect(error)).toMatch(/DatabaseFault: DuckDB reports (Conversion|Binder)/)
      expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/jane|CAST/)
    }
  } finally {
    await driver.close()
  }
})
