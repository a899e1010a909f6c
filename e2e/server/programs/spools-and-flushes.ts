// Opens a spool that an earlier process left, captures nothing, and ends when everything is delivered.

import { createServerClient } from '@threadline/server'

const [host = '', dir = ''] = process.argv.slice(2)
const errors: string[] = []
const client = createServerClient({
  key: 'sk_test',
  host,
  spool: { dir },
  onError: ({ message }) => errors.push(message),
})
let idleSince = Date.now()
while (Date.now() - idleSince < 500) {
  if (client.stats().pending > 0) idleSince = Date.now()
  await client.flush({ timeoutMs: 20_000 })
  await new Promise((resolve) => setTimeout(resolve, 20))
}
const { delivered } = client.stats()
await client.shutdown()
process.stdout.write(JSON.stringify({ delivered, errors }))
