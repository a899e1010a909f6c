// Captures one event for a host that only the proxy of the environment can reach.

import { createServerClient } from '@threadline/server'

const [host = ''] = process.argv.slice(2)
const client = createServerClient({ key: 'sk_test', host })
client.capture({ event: 'a', userId: 'user_42', eventId: 'event_0' })
process.stdout.write(JSON.stringify(await client.shutdown()))
