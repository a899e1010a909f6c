// Makes its first requests while the process has no file descriptor left, and another one when it has.

import { closeSync, openSync } from 'node:fs'
import { createServerClient } from '@threadline/server'

const [host = ''] = process.argv.slice(2)
const errors: string[] = []
const client = createServerClient({ key: 'sk_test', host, onError: ({ message }) => errors.push(message) })
const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch {
  client.capture({ event: 'a', userId: 'user_42', eventId: 'event_0' })
  await client.flush({ timeoutMs: 1_000 }).catch(() => undefined)
}
const starved = client.stats().pending
for (const descriptor of taken) closeSync(descriptor)
await client.flush({ timeoutMs: 20_000 })
process.stdout.write(JSON.stringify({ starved, delivered: client.stats().delivered, errors }))
