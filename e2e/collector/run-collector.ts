import { startCollector } from '@threadline/collector'
import type { Destination } from '@threadline/core'
import { threadline } from '@threadline/destinations'
import { KEYS } from './keys.ts'

// A collector as a process of its own, so that a test can kill it: its store comes from DATA_DIR or DATABASE_URL.
const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, CLOCK_OFFSET_MS: clockOffsetMs = '0' } = process.env
const { FORWARD_TO: forwardTo, FORWARD_DOUBLES: doubles } = process.env
const acceptDataLoss = process.env['ACCEPT_DATA_LOSS'] === '1'

// The clock of its machine, wherever it is read.
const realTime = Date.now
Date.now = () => realTime() + Number(clockOffsetMs)

/** Few events a request, so that there are many to be killed between. */
function destination(host: string): Destination {
  const service = threadline({ host, key: 'sk_of_the_service' })
  const dedupes = doubles === undefined
  return { ...service, dedupes, limits: { ...service.limits, maxEvents: dedupes ? 25 : 1 } }
}

const collector = await startCollector({
  port: 0,
  keys: KEYS,
  forward: forwardTo === undefined ? [] : [destination(forwardTo)],
  log: (entry) => console.error(JSON.stringify(entry)),
  ...(databaseUrl === undefined ? { dataDir: dataDir ?? '', acceptDataLoss } : { databaseUrl }),
})
void collector.failed.then(async () => {
  await collector.close()
  process.exit(5)
})
process.once('SIGTERM', () => void collector.close())
console.log(`listening on ${collector.url}`)
