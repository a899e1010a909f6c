import { startCollector } from '@threadline/collector'
import { KEYS } from './keys.ts'

// A collector as a process of its own, so that a test can kill it: its store comes from DATA_DIR or DATABASE_URL.
const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = process.env

const collector = await startCollector({
  port: 0,
  keys: KEYS,
  log: (entry) => console.error(JSON.stringify(entry)),
  ...(databaseUrl === undefined ? { dataDir: dataDir ?? '' } : { databaseUrl }),
})
process.once('SIGTERM', () => void collector.close())
console.log(`listening on ${collector.url}`)
