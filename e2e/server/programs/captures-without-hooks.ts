// Sends to each host in turn without a hook of its own, twice, and gives up: what is printed is the client's doing.

import { createServerClient } from '@threadline/server'

for (const host of process.argv.slice(2)) {
  const client = createServerClient({ key: 'sk_test', host, flushOnExit: false })
  for (let time = 0; time < 2; time += 1) {
    client.capture({ event: 'a', userId: 'user_42' })
    await client.flush({ timeoutMs: 2_000 }).catch(() => undefined)
  }
}
