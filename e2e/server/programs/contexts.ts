// Captures in the contexts of requests, and tells in whose context everything else runs and what stays alive.
//
// Needs --expose-gc.

import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { createServerClient, type ServerClientOptions } from '@threadline/server'

declare const gc: () => void

const [host = '', trigger = ''] = process.argv.slice(2)
const storage = new AsyncLocalStorage<{ readonly name: string }>()
const seen: { [where: string]: string } = {}

function see(where: string): void {
  seen[where] = storage.getStore()?.name ?? 'nobody'
}

const options: ServerClientOptions = {
  key: 'sk_test',
  host,
  flushAt: trigger === 'count' ? 2 : 1_000,
  flushIntervalMs: trigger === 'interval' ? 50 : 60_000,
  onCapture(event) {
    see(`onCapture ${event.eventId}`)
    return event
  },
  onDelivered: () => see('onDelivered'),
  onError: () => see('onError'),
}
const client = createServerClient(options)

/** What a request leaves behind must not be reachable from here. */
function serve(name: string): WeakRef<object> {
  const store = { name }
  storage.run(store, () => {
    client.capture({ event: 'a', userId: 'user_42', eventId: name })
    if (trigger === 'flush' && name === 'second') client.flush().catch(() => undefined)
    if (trigger === 'scope') {
      const scope = client.scope({ headers: {} }, { userId: 'user_42', waitUntil: () => undefined })
      scope.capture({ event: 'a', eventId: `scoped_${name}` })
    }
  })
  return new WeakRef(store)
}

const stores = [serve('first'), serve('second')]
const deadline = Date.now() + 20_000
while (seen['onError'] === undefined && Date.now() < deadline) await pause(20)
// The endpoint has failed once: the batch waits for its next try.
const alive = async (): Promise<number> => {
  await pause(50)
  gc()
  return stores.filter((store) => store.deref() !== undefined).length
}
let left = await alive()
while (left > 0 && Date.now() < deadline) left = await alive()
await client.shutdown()
process.stdout.write(JSON.stringify({ seen, left }))
