// An app that drains at SIGTERM by itself: its listener is registered in the way that the second argument says.

import { setTimeout as pause } from 'node:timers/promises'
import { createServerClient } from '@threadline/server'

const [host = '', mode = ''] = process.argv.slice(2)
const client = createServerClient({ key: 'sk_test', host, flushIntervalMs: 60_000, handleSignals: ['SIGTERM'] })

async function drain(): Promise<void> {
  process.stdout.write('draining\n')
  await pause(1_000)
  client.capture({ event: 'request_served', userId: 'user_42', eventId: 'last' })
  await client.shutdown()
  process.exit(7)
}

if (mode === 'once-before') process.once('SIGTERM', drain)
client.capture({ event: 'request_served', userId: 'user_42', eventId: 'first' })
if (mode === 'once-after') process.once('SIGTERM', drain)
if (mode === 'prepended-once-after') process.prependOnceListener('SIGTERM', drain)
setInterval(() => undefined, 60_000)
process.stdout.write('waiting\n')
