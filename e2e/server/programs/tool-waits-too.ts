// A server in which a tool listens for signals through `signal-exit`, as many do, to clean up.

import { createServerClient } from '@threadline/server'
import { onExit } from 'signal-exit'

const [host = ''] = process.argv.slice(2)
onExit(() => {
  process.stdout.write('cleaned up\n')
})
const client = createServerClient({ key: 'sk_test', host, flushIntervalMs: 60_000, handleSignals: ['SIGTERM'] })
client.capture({ event: 'request_served', userId: 'user_42', eventId: 'first' })
setInterval(() => undefined, 60_000)
process.stdout.write('waiting\n')
