// A script that captures and simply ends.

import { createServerClient } from '@threadline/server'

const [host = ''] = process.argv.slice(2)
const client = createServerClient({ key: 'sk_test', host, flushIntervalMs: 3_600_000, onError: () => undefined })
client.capture({ event: 'script_ran', userId: 'user_42', eventId: 'script_1' })
process.stdout.write('waiting\n')
