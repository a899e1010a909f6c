// A script whose last statement waits for the client.

import { createServerClient } from '@threadline/server'

const [host = '', timeoutMs = '10000'] = process.argv.slice(2)
const client = createServerClient({ key: 'sk_test', host, flushIntervalMs: 60_000, onError: () => undefined })
client.capture({ event: 'script_ran', userId: 'user_42', eventId: 'script_1' })
process.stdout.write(JSON.stringify(await client.shutdown({ timeoutMs: Number(timeoutMs) })))
