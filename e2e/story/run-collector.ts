import { startCollector } from '@threadline/collector'
import { DEMO_KEYRING } from '@threadline/example-shop/demo'

// The collector as a process of its own, so that a test can kill it: PORT and DATA_DIR come from the environment.
const { url } = await startCollector({
  port: Number(process.env['PORT']),
  host: '127.0.0.1',
  dataDir: process.env['DATA_DIR'] ?? '',
  keys: DEMO_KEYRING,
})
console.log(`listening on ${url}`)
