import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDuckDb } from '../../packages/collector/src/store/duckdb-driver.ts'
import { MIGRATIONS } from '../../packages/collector/src/store/migration-steps.ts'
import { migrate } from '../../packages/collector/src/store/migrations.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli } from './cli.ts'

interface Line {
  readonly type: string
  readonly version?: number
  readonly from?: number
  readonly to?: number
}

async function migrateCommand(args: readonly string[]) {
  const { code, stdout } = await runCli(['migrate', '--json', ...args])
  return { code, lines: jsonLines<Line>(stdout) }
}

describe('threadline migrate', () => {
  test('tells the steps first, takes them, and has nothing to do after that', async () => {
    const dataDir = await temporaryDataDir()
    const driver = await openDuckDb(dataDir)
    await migrate(driver, { migrations: MIGRATIONS.slice(0, 12) })
    await driver.close()
    const to = MIGRATIONS.length

    const planned = await migrateCommand(['--dry-run', '--data-dir', dataDir])
    expect(planned.code).toBe(0)
    expect(planned.lines[0]).toMatchObject({ type: 'step', version: 13, waits: 'nobody', besideOlder: false })
    expect(planned.lines.at(-1)).toEqual({ type: 'plan', engine: 'duckdb', from: 12, to, besideTraffic: false })
    expect(await migrateCommand(['--dry-run', '--data-dir', dataDir])).toEqual(planned)

    const migrated = await migrateCommand(['--data-dir', dataDir])
    expect(migrated.lines.at(-1)).toEqual({ type: 'migrated', engine: 'duckdb', from: 12, to })
    const after = await runCli(['migrate', '--dry-run', '--data-dir', dataDir])
    expect(after.stdout).toBe(`The tables are at version ${to}: there is nothing to do.`)
  })

  test('makes no folder out of a misspelt one', async () => {
    const parent = await temporaryDataDir()
    const dataDir = join(parent, 'misspelt')
    expect((await migrateCommand(['--data-dir', dataDir])).code).toBe(2)
    expect((await migrateCommand(['--dry-run', '--data-dir', dataDir])).code).toBe(0)
    expect(readdirSync(parent)).toEqual([])
  })
})
