// Clients of two copies of the package, one imported and one required, which all wait for a signal.

import { createRequire } from 'node:module'
import { createServerClient } from '@threadline/server'

const [host = '', count = '1'] = process.argv.slice(2)
const required = createRequire(import.meta.url)('@threadline/server') as {
  createServerClient: typeof createServerClient
}
if (required.createServerClient === createServerClient) throw new Error('there is only one copy')

for (const [name, create] of Object.entries({ imported: createServerClient, required: required.createServerClient })) {
  for (let index = 0; index < Number(count); index += 1) {
    const client = create({ key: 'sk_test', host, flushIntervalMs: 60_000, handleSignals: ['SIGTERM', 'SIGINT'] })
    client.capture({ event: 'request_served', userId: 'user_42', eventId: `${name}_${index}` })
  }
}
setInterval(() => undefined, 60_000)
process.stdout.write('waiting\n')
