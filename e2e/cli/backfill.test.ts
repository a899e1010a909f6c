import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { storedIds } from '../collector/stored.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'
import { startCollect } from './collect.ts'

const ROWS = 20_000

const HEADER = 'Order,event,timestamp,Customer,amount,currency,properties.seats:number'

const rowOf = (number: number) =>
  `order_${number},purchase,2026-01-31T09:30:00.${String(number % 1_000).padStart(3, '0')}Z,cus_${number % 500},49.90,eur,${number}`

const MAPPING = ['--map', 'eventId=Order', '--map', 'userId=Customer', '--map', 'value:major=amount']

interface Result {
  readonly type: string
  readonly skipped: number
  readonly rows: number
  readonly stored: number
  readonly duplicates: number
  readonly refused: number
}

async function writeRows(file: string): Promise<void> {
  function* lines() {
    yield `${HEADER}\n`
    for (let number = 1; number <= ROWS; number += 1) yield `${rowOf(number)}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(file))
}

const rowsDone = async (state: string) => {
  const text = await readFile(state, 'utf8').catch(() => '{"rows":0}')
  const { rows }: { rows: number } = JSON.parse(text)
  return rows
}

const resultOf = (output: string) => jsonLines<Result>(output).find(({ type }) => type === 'result')

test('20,000 rows, interrupted by SIGINT and by SIGKILL and resumed, are stored exactly once', async () => {
  const dataDir = await temporaryDataDir()
  const { child, env } = await startCollect(dataDir)
  const file = join(dataDir, 'orders.csv')
  const state = `${file}.backfill.json`
  await writeRows(file)
  const backfill = ['backfill', file, ...MAPPING, '--json']
  const slowly = [...backfill, '--rate', '3000']

  const first = startCli(slowly, env)
  await expect.poll(() => rowsDone(state), { timeout: 60_000 }).toBeGreaterThan(0)
  expect(await first.stop('SIGINT')).toBe(130)
  expect(first.output()).toContain('"code":"interrupted"')
  const afterSigint = await rowsDone(state)
  expect(afterSigint).toBeLessThan(ROWS)

  const second = startCli(slowly, env)
  await expect.poll(() => rowsDone(state), { timeout: 60_000 }).toBeGreaterThan(afterSigint)
  expect(await second.stop('SIGKILL')).toBe('SIGKILL')
  const afterSigkill = await rowsDone(state)
  expect(afterSigkill).toBeLessThan(ROWS)

  const third = await runCli(backfill, env)
  expect(third.code).toBe(0)
  const result = resultOf(third.stdout)
  expect(result).toMatchObject({ skipped: afterSigkill, rows: ROWS - afterSigkill, refused: 0 })
  expect((result?.stored ?? 0) + (result?.duplicates ?? 0)).toBe(ROWS - afterSigkill)

  const again = await runCli(backfill, env)
  expect(resultOf(again.stdout)).toMatchObject({ skipped: ROWS, rows: 0, stored: 0 })
  expect(await child.stop('SIGTERM')).toBe(0)

  const stored = await storedIds({ dataDir })
  expect(stored).toHaveLength(ROWS)
  expect(new Set(stored)).toEqual(new Set(Array.from({ length: ROWS }, (_, index) => `order_${index + 1}`)))
})

test('a dry run names the bad rows by line and stores nothing; the import then takes the others', async () => {
  const dataDir = await temporaryDataDir()
  const { child, env } = await startCollect(dataDir)
  const file = join(dataDir, 'events.ndjson')
  const good = { event: 'plan_viewed', userId: 'user_42', timestamp: '2026-01-31T09:30:00Z' }
  const lines = [
    JSON.stringify({ ...good, eventId: 'one' }),
    '',
    '{"event":',
    JSON.stringify({ ...good, userId: 'guest' }),
    // Only the collector knows that it cannot be stored.
    JSON.stringify({ ...good, userId: 'half \ud800 pair' }),
    JSON.stringify({ ...good, timestamp: 'yesterday' }),
    JSON.stringify({ ...good, eventId: 'two' }),
  ]
  await writeFile(file, lines.join('\n'))

  const dry = await runCli(['backfill', file, '--dry-run', '--json'], env)
  expect(dry.code).toBe(3)
  const refused = jsonLines<{ type: string; line: number; code: string }>(dry.stdout).filter(
    ({ type }) => type === 'refused',
  )
  expect(refused.map(({ line, code }) => [line, code]).sort()).toEqual([
    [3, 'validation_error'],
    [4, 'invalid_id'],
    [5, 'validation_error'],
    [6, 'invalid_timestamp'],
  ])
  expect(resultOf(dry.stdout)).toMatchObject({ dryRun: true, rows: 6, stored: 2, refused: 4 })
  const events = await fetch(`${env.THREADLINE_HOST}/v1/events`, {
    headers: { authorization: `Bearer ${env.THREADLINE_KEY}` },
  })
  expect(await events.json()).toMatchObject({ events: [] })

  const real = await runCli(['backfill', file], env)
  expect(real.code).toBe(3)
  expect(real.stderr).toContain('line 6: invalid_timestamp:')
  expect(real.stdout).toBe('6 rows read, 2 events stored, 4 refused.')
  await child.stop('SIGTERM')
  expect((await storedIds({ dataDir })).sort()).toEqual(['one', 'two'])
})

test('rows without an id count once, also when the file begins with other rows by then', async () => {
  const dataDir = await temporaryDataDir()
  const { child, env } = await startCollect(dataDir)
  const file = join(dataDir, 'visits.csv')
  const rows = ['visitor-01,2026-01-31 09:30', 'visitor-02,1769851800', 'visitor-03,1769851800123']
  const write = (lines: readonly string[]) => writeFile(file, ['anonymousId,timestamp', ...lines].join('\r\n'))
  const backfill = () => runCli(['backfill', file, '--set', 'event=$pageview', '--json'], env)

  await write(rows)
  expect(resultOf((await backfill()).stdout)).toMatchObject({ stored: 3 })
  await write([...rows, 'visitor-04,2026-02-01'])
  expect(resultOf((await backfill()).stdout)).toMatchObject({ skipped: 3, rows: 1, stored: 1 })
  await write(rows.slice(1))
  const changed = await backfill()
  expect(changed.code).toBe(2)
  expect(changed.stderr).toContain('the file has changed')
  const restarted = await runCli(['backfill', file, '--set', 'event=$pageview', '--restart', '--json'], env)
  expect(resultOf(restarted.stdout)).toMatchObject({ rows: 2, stored: 0, duplicates: 2 })
  await child.stop('SIGTERM')
  expect(await storedIds({ dataDir })).toHaveLength(4)
})

test('a key that may not send ends it with 4, saves nothing and is not printed', async () => {
  const dataDir = await temporaryDataDir()
  const { child, env } = await startCollect(dataDir)
  const file = join(dataDir, 'orders.csv')
  await writeRows(file)
  const key = 'sk_not_the_right_one'
  const ended = await runCli(['backfill', file, ...MAPPING], { ...env, THREADLINE_KEY: key })
  expect(ended).toMatchObject({ code: 4, stdout: '' })
  expect(ended.stderr).not.toContain(key)
  expect(await rowsDone(`${file}.backfill.json`)).toBe(0)
  await child.stop('SIGTERM')
})
