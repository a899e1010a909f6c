import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { abortOnSignal } from './abort-on-signal.ts'
import { readOptions, USAGE } from './options.ts'
import { DEMO_KEYS, startDemo } from './start.ts'

const DATA_DIR = fileURLToPath(new URL('../../../.threadline', import.meta.url))

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) {
    console.log(USAGE)
    return
  }
  const stopped = abortOnSignal()
  // Whoever read our output may be gone before we are: that must not cost the events of the last seconds.
  process.stdout.on('error', () => undefined)
  const dataDir = options.dataDir === undefined ? DATA_DIR : resolve(options.dataDir)
  const demo = await startDemo({ ...options, dataDir })
  console.log(`
  shop        ${demo.shopUrl}
  collector   ${demo.collectorUrl}
  keys        ${DEMO_KEYS.browser} (browser)  ${DEMO_KEYS.server} (server)  ${DEMO_KEYS.read} (read)
  events in   ${dataDir}

  Walk through the shop and watch your story on the collector's page. Ctrl-C stops.
`)
  if (!stopped.aborted) await once(stopped, 'abort')
  console.log('Stopping: delivering what is left.')
  await demo.close()
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
