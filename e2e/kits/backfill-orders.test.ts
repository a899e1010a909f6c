import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeCommand } from './app-process.ts'
import { startTestCollector, type TestCollector } from './test-collector.ts'

const ORDERS = 100_000
const FIRST_DAY = Date.parse('2025-01-01T00:00:00.000Z')
const HOUR = 3_600_000

let collector: TestCollector
let folder: string

beforeAll(async () => {
  collector = await startTestCollector()
  folder = await mkdtemp(join(tmpdir(), 'threadline-orders-'))
  function* lines() {
    for (let index = 0; index < ORDERS; index += 1) {
      const at = new Date(FIRST_DAY + (index % 8_000) * HOUR).toISOString()
      const order = { id: `A${index}`, customer: `customer_${index % 5_000}`, cents: 100 + index, currency: 'EUR', at }
      yield `${JSON.stringify(order)}\n`
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(join(folder, 'orders.jsonl')))
})
afterAll(async () => {
  await collector?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Starts the example; `killAt` kills it the moment its output matches. */
async function run(killAt?: RegExp): Promise<{ readonly output: string; readonly code: number | null }> {
  const { command, args } = nodeCommand('backfill.ts')
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('../../examples/backfill-orders', import.meta.url)),
    env: { ...process.env, ...collector.env, ORDERS: join(folder, 'orders.jsonl') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
    if (killAt?.test(output)) child.kill('SIGKILL')
  })
  const [code] = await once(child, 'close')
  return { output, code }
}

test('100,000 old orders, killed and resumed: each counts once, at the time it was made', async () => {
  const killed = await run(/^3\d000 orders/m)
  expect(killed.code).toBeNull()
  const resumed = await run()
  expect(resumed.code).toBe(0)
  expect(Number(/resuming after (\d+)/.exec(resumed.output)?.[1])).toBeGreaterThanOrEqual(30_000)
  expect(resumed.output).toContain(`done: ${ORDERS} orders, 0 dropped, 0 pending`)

  const revenue = await collector.revenue({ from: 20250101, to: 20251231 })
  expect(revenue.reduce((sum, { payments }) => sum + payments, 0)).toBe(ORDERS)
  expect(revenue.reduce((sum, { amount }) => sum + amount, 0)).toBe((ORDERS * (100 + 99 + ORDERS)) / 2)
  expect(Math.min(...revenue.map(({ day }) => day))).toBe(20250101)

  const again = await run()
  expect(again.output).toContain(`resuming after ${ORDERS}`)
})
