// Captures into a spool and ends by `process.exit()` or an uncaught error, without a moment for the disk.

import { createServerClient } from '@threadline/server'

const [host = '', dir = '', mode = '', count = '21'] = process.argv.slice(2)
const client = createServerClient({ key: 'sk_test', host, spool: { dir }, flushIntervalMs: 3_600_000 })

function capture(from: number): void {
  for (let index = 0; index < Number(count); index += 1) {
    const properties = { text: 'x'.repeat(1_000) }
    client.capture({ event: 'script_ran', userId: 'user_42', eventId: `event_${from + index}`, properties })
  }
}

const MODES: { readonly [mode: string]: () => void | Promise<void> } = {
  exits() {
    capture(0)
    process.exit(3)
  },
  throws() {
    capture(0)
    throw new Error('a mistake of the app')
  },
  // The disk is at work when it ends.
  'exits-soon'() {
    capture(0)
    queueMicrotask(() =>
      setImmediate(() => {
        capture(Number(count))
        process.exit(3)
      }),
    )
  },
  async 'exits-flushed'() {
    capture(0)
    await client.flush()
    process.exit(3)
  },
}
await MODES[mode]?.()
