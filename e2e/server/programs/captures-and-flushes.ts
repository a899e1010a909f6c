// Captures events and flushes after each, trusting a given authority if there is one, and prints what became of them and what was reported.

import { readFileSync } from 'node:fs'
import { createServerClient } from '@threadline/server'

const [host = '', count = '1', timeoutMs = '10000', authority] = process.argv.slice(2)
const errors: unknown[] = []
const client = createServerClient({
  key: 'sk_test',
  host,
  ...(authority !== undefined && { ca: readFileSync(authority, 'utf8') }),
  onError: ({ code, cause }) => errors.push([code, cause instanceof Error && 'code' in cause ? cause.code : undefined]),
})
for (let index = 0; index < Number(count); index += 1) {
  client.capture({ event: 'a', userId: 'user_42', eventId: `event_${index}` })
  await client.flush({ timeoutMs: Number(timeoutMs) }).catch(() => undefined)
}
const { eventIds } = await client.shutdown({ timeoutMs: Number(timeoutMs) })
process.stdout.write(JSON.stringify({ delivered: client.stats().delivered, left: eventIds, errors }))
