import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startCollector } from '@threadline/collector'

// The collector under test, in a process of its own. On SIGUSR2 it tells how long its event
// loop was blocked since the last time, and what CPU time it has used.
const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = process.env
const delay = monitorEventLoopDelay({ resolution: 5 })

const collector = await startCollector({
  port: 0,
  keys: [
    { key: 'sk_bench' },
    { key: 'rk_bench' },
    // Tenants that mean no good; they read the project of the first two as well, whose reports are the heaviest.
    ...['sk_hostile', 'pk_hostile', 'rk_hostile'].map((key) => ({ key, project: 'hostile' })),
    { key: 'sk_honest', project: 'honest' },
  ],
  // Readers meet the limits that they meet by default; senders none.
  rateLimits: { rk: { burst: 200, perSecond: 50 } },
  log: (entry) => console.error(JSON.stringify(entry)),
  ...(databaseUrl === undefined ? { dataDir: dataDir ?? '' } : { databaseUrl }),
})
delay.enable()
process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage()
  console.log(`blocked ${(delay.max / 1e6).toFixed(1)} ms, cpu ${user + system} us`)
  delay.reset()
})
process.once('SIGTERM', () => void collector.close().then(() => process.exit(0)))
console.log(`listening ${collector.url}`)
