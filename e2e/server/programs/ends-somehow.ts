// A script that captures, ends in the way that the second argument says, and has no hooks: what is lost has to be told.

import { setTimeout as pause } from 'node:timers/promises'
import { createServerClient } from '@threadline/server'

const [host = '', mode = ''] = process.argv.slice(2)
const client = createServerClient({
  key: 'sk_test',
  host,
  flushIntervalMs: 3_600_000,
  ...(mode === 'signals' && { handleSignals: ['SIGINT'] }),
})

function capture(eventId: string): void {
  client.capture({ event: 'script_ran', userId: 'user_42', eventId })
}

function captureSeveral(): void {
  for (let index = 0; index < 21; index += 1) capture(`event_${index}`)
}

const MODES: { readonly [mode: string]: () => void } = {
  simply: captureSeveral,
  exit() {
    captureSeveral()
    process.exit(3)
  },
  throws() {
    captureSeveral()
    setImmediate(() => {
      throw new Error('a mistake of the app')
    })
  },
  signals() {
    captureSeveral()
    setInterval(() => undefined, 60_000)
  },
  'before-exit'() {
    process.once('beforeExit', () => capture('last'))
  },
  'before-exit-with-more'() {
    process.once('beforeExit', () => capture('last'))
    capture('first')
  },
  'before-exit-awaits'() {
    process.once('beforeExit', async () => {
      await Promise.resolve()
      capture('last')
    })
  },
  'before-exit-takes-time'() {
    process.once('beforeExit', async () => {
      await pause(50)
      capture('last')
    })
  },
  'before-exit-always'() {
    let times = 0
    process.on('beforeExit', () => {
      times += 1
      capture(`last_${times}`)
    })
  },
}
MODES[mode]?.()
process.stdout.write('waiting\n')
