import { fakeClock } from '@threadline/core/testing'
import { threadline } from '@threadline/destinations'
import { expect, test } from 'vitest'
import { newForward } from '../../test/new-forward.ts'
import type { LogEntry } from '../log-entry.ts'
import { StoreError } from '../store/store-error.ts'
import type { ForwardStore } from '../store/stored-forward.ts'
import { resolveForwards } from './forward-options.ts'
import { startForwarder } from './forwarder.ts'

const ROW = newForward({ project: 'default', name: 'threadline' })

test('a database that does not answer is told once, and not waited for at the end', async () => {
  const time = fakeClock()
  const logged: LogEntry[] = []
  const [forward] = resolveForwards([threadline({ host: 'http://127.0.0.1:9', key: 'sk_of_the_service' })])
  if (!forward) throw new Error('nothing is configured')
  const never = () => new Promise<never>(() => undefined)
  const store: ForwardStore = {
    enter: () => Promise.resolve(),
    begin: () => Promise.resolve(true),
    find: () => Promise.resolve(ROW),
    list: () => Promise.resolve([ROW]),
    claim: (_, holder) => Promise.resolve({ ...ROW, holder }),
    note: never,
    release: never,
    pause: () => Promise.resolve(true),
    page: () => Promise.reject(new StoreError('unreachable', 'PostgreSQL does not answer: timeout')),
    present: () => Promise.resolve(new Set()),
    statements: () => Promise.resolve([]),
    counts: () => Promise.resolve([]),
  }
  const forwarder = startForwarder({
    forward,
    store,
    isShared: false,
    clock: { ...time, monotonic: time.now },
    random: () => 0.5,
    fetch: never,
    log: (entry) => logged.push(entry),
    onOutcomes: () => undefined,
  })
  await time.advance(500)
  await forwarder.close()
  expect(logged.map(({ level, message }) => [level, message])).toEqual([
    ['error', 'threadline: forwarding waits for the database: PostgreSQL does not answer: timeout'],
  ])
})
