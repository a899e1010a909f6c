import { createReadStream } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { createServerClient } from '@threadline/server'

/** A line of the file: one old order as JSON. */
interface Order {
  readonly id: string
  readonly customer: string
  readonly cents: number
  readonly currency: string
  readonly at: string
}

const { THREADLINE_HOST = '', THREADLINE_KEY = '', ORDERS = 'orders.jsonl', CHUNK = '5000' } = process.env

// Old events are as welcome as new ones: only `maxAgeMs` gives events up, and it counts from capture.
const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY, overflow: 'drop-newest' })
const progressFile = `${ORDERS}.progress`
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

/** Lines that are known to be delivered. */
async function readProgress(): Promise<number> {
  const text = await readFile(progressFile, 'utf8').catch(() => '0')
  return Number.parseInt(text, 10) || 0
}

/** Written beside and then renamed: a crash leaves the old number or the new one. */
async function writeProgress(lines: number): Promise<void> {
  await writeFile(`${progressFile}.new`, String(lines))
  await rename(`${progressFile}.new`, progressFile)
}

async function deliver(orders: readonly Order[]): Promise<void> {
  await client.backfill(
    orders.map(({ id, customer, cents, currency, at }) => ({
      event: 'purchase',
      // Made of the order's own id, so that what a crash repeats counts once.
      eventId: `order:${id}`,
      userId: customer,
      timestamp: at,
      value: cents,
      currency,
      properties: { order_id: id },
    })),
  )
}

let done = await readProgress()
console.log(`resuming after ${done} orders`)
const lines = createInterface({ input: createReadStream(ORDERS), crlfDelay: Number.POSITIVE_INFINITY })
let line = 0
let chunk: Order[] = []

async function finishChunk(): Promise<void> {
  await deliver(chunk)
  done += chunk.length
  chunk = []
  await writeProgress(done)
  console.log(`${done} orders delivered`)
}

for await (const text of lines) {
  line += 1
  if (line <= done || stop.signal.aborted) continue
  chunk.push(JSON.parse(text))
  if (chunk.length >= Number(CHUNK)) await finishChunk()
}
if (!stop.signal.aborted && chunk.length > 0) await finishChunk()
const { dropped, pending } = await client.shutdown()
console.log(`done: ${done} orders, ${dropped} dropped, ${pending} pending`)
