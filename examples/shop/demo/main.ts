import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StoreError } from '@threadline/collector'
import { abortOnSignal } from './abort-on-signal.ts'
import { readOptions, USAGE } from './options.ts'
import { startProgress } from './progress.ts'
import { seedDemo } from './seed.ts'
import { DEMO_KEYS, type Demo, startDemo } from './start.ts'

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
  if (options.seed) await seed(dataDir, stopped)
  if (stopped.aborted) return
  const demo = await startDemo({ ...options, dataDir })
  await greet(demo, dataDir)
  if (!stopped.aborted) await once(stopped, 'abort')
  console.log('Stopping: delivering what is left.')
  await demo.close()
}

async function greet(demo: Demo, dataDir: string): Promise<void> {
  const livePage = await demo.livePageUrl()
  console.log(`
  shop        ${demo.shopUrl}
  collector   ${demo.collectorUrl}
  live page   ${livePage}  (opens once; or press "Watch your events arrive" in the shop)
  keys        ${DEMO_KEYS.browser} (browser)  ${DEMO_KEYS.server} (server)  ${DEMO_KEYS.read} (read)
  events in   ${dataDir}

  Walk through the shop and watch your story arrive. Ctrl-C stops.
`)
}

/** Traffic that cannot be played is told, and is no reason to stop. */
async function seed(dataDir: string, stopped: AbortSignal): Promise<void> {
  const started = performance.now()
  const progress = startProgress(process.stdout, 'Playing thirty days of traffic, and the thirty before')
  try {
    const { visits, failed } = await seedDemo({ dataDir, stopped, progress: progress.update })
    progress.stop()
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.log(`Played ${visits} visits in ${seconds} s.${failed > 0 ? ` ${failed} were not taken.` : ''}`)
  } catch (error) {
    progress.stop()
    // Of the data folder the demo itself will complain.
    if (error instanceof StoreError) throw error
    console.error(`The traffic could not be played: ${error instanceof Error ? error.message : error}`)
  }
}

main().catch((error: unknown) => {
  // What the user can mend is told in a sentence; anything else is a fault of ours, and its stack says where.
  console.error(error instanceof TypeError || error instanceof StoreError ? error.message : error)
  process.exitCode = 1
})
