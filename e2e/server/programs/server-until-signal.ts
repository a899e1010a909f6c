// A long-running process that captures and waits for a signal; `others` adds the app's own listener.

import { createServerClient } from '@threadline/server'

const [host = '', mode = ''] = process.argv.slice(2)
const client = createServerClient({
  key: 'sk_test',
  host,
  flushAt: 1_000,
  flushIntervalMs: 60_000,
  handleSignals: ['SIGTERM'],
})
for (let index = 0; index < 100; index += 1) {
  client.capture({ event: 'request_served', userId: 'user_42', eventId: `request_${index}` })
}
if (mode === 'others') {
  process.on('SIGTERM', async () => {
    client.capture({ event: 'request_served', userId: 'user_42', eventId: 'request_last' })
    await client.shutdown()
    process.exit(7)
  })
}
setInterval(() => undefined, 60_000)
process.stdout.write('waiting\n')
