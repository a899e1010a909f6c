// Opens a spool that an earlier process left, captures nothing, and ends when everything is delivered: a spool that holds
// nothing any more leaves no file.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createServerClient } from '@threadline/server'

const [host = '', dir = ''] = process.argv.slice(2)
const deadline = Date.now() + 60_000
const errors: string[] = []
let delivered = 0

function isEmpty(): boolean {
  const lane = join(dir, 'threadline')
  return !existsSync(lane) || readdirSync(lane).every((name) => !name.endsWith('.seg'))
}

/** One life of a client. It ends after half a second without work, which may be before a slow machine has read the spool. */
async function run(): Promise<void> {
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
  await client.shutdown()
  delivered += client.stats().delivered
}

do await run()
while (!isEmpty() && Date.now() < deadline)
process.stdout.write(JSON.stringify({ delivered, errors }))
