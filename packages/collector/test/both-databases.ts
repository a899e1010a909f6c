import type { BatchResponse } from '@threadline/schema'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import type { EventView } from '../src/http/event-view.ts'
import { type StartCollectorOptions, type StartedCollector, startCollector } from '../src/start-collector.ts'
import type { StoreLocation } from '../src/store/open-store.ts'
import { KEYS } from './collector-setup.ts'
import { migratedDatabase, migratedFolder } from './migrated-databases.ts'
import { type PostgresServer, postgresMissing, startPostgres } from './postgres-server.ts'

/** A collector that listens, and how tests speak to it. */
export interface RunningCollector extends StartedCollector {
  /** Posts JSON with a key, the server's unless given. */
  post(path: string, body: unknown, init?: { readonly key?: string; readonly headers?: Headers }): Promise<Response>
  /** Posts events as one batch, sent now unless `fields` says otherwise, and gives the answer. */
  send(
    key: string,
    events: readonly object[],
    fields?: { readonly [field: string]: unknown },
  ): Promise<{ readonly status: number; readonly answer: BatchResponse }>
  /** Reads JSON with the reader's key unless given. */
  read(path: string, key?: string): Promise<Answer>
}

/** What tests read by name of the answers to their reads. An answer has some of it; which, each test expects. */
export interface Answer {
  readonly before: unknown
  readonly counts: readonly { readonly kind: string; readonly name: string; readonly count: number }[]
  readonly erasures: readonly { readonly events: number; readonly links: number }[]
  readonly events: readonly EventView[]
  readonly firstSeen: unknown
  readonly firstTouch: Touch
  readonly groups: readonly object[]
  readonly lastTouch: Touch
  readonly more: unknown
  readonly moreGroups: unknown
  readonly people: readonly { readonly id: string; readonly events: number }[]
  readonly person: { readonly userId: unknown }
  readonly plans: unknown
  readonly revenue: readonly { readonly currency: string; readonly amount: number; readonly refunded: number }[]
  readonly sessions: readonly { readonly id: string }[]
  readonly stage: unknown
  readonly stages: readonly { readonly people: number }[]
  readonly steps: readonly { readonly people: number }[]
  readonly totals: unknown
}

interface Touch {
  readonly path: unknown
  readonly utm: unknown
}

type Headers = { readonly [name: string]: string }

/** Starts a collector on the database of the running test, which is empty at its first start. Closed when the test ends. */
export type Start = (options?: Partial<StartCollectorOptions>) => Promise<RunningCollector>

export interface TestDatabase {
  readonly start: Start
  /** Where the database of the running test is. */
  location(): Promise<StoreLocation>
}

/** Each starts a collector or two, and the machine may be busy. */
const TIMEOUT_MS = 60_000

/** Declares the tests of `suite` on DuckDB and on PostgreSQL, each with a database of its own. */
export function onBothDatabases(suite: (database: TestDatabase) => void): void {
  describe('on DuckDB', { timeout: TIMEOUT_MS }, () => {
    suite(testDatabase(async () => ({ dataDir: await migratedFolder() })))
  })

  const missing = postgresMissing()
  describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, { timeout: TIMEOUT_MS }, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres({ durable: false })
    }, 60_000)
    afterAll(() => server?.stop(), 60_000)
    suite(testDatabase(async () => ({ databaseUrl: await migratedDatabase(server) })))
  })
}

function testDatabase(create: () => Promise<StoreLocation>): TestDatabase {
  let current: Promise<StoreLocation> | undefined

  function location(): Promise<StoreLocation> {
    if (current === undefined) {
      current = create()
      onTestFinished(() => {
        current = undefined
      })
    }
    return current
  }

  return {
    location,
    async start(options = {}) {
      const collector = await startCollector({ port: 0, keys: ALL_KEYS, ...(await location()), ...options })
      onTestFinished(() => collector.close())
      return running(collector, options.now ?? Date.now)
    },
  }
}

const ALL_KEYS = [
  { key: KEYS.browser },
  { key: KEYS.server },
  { key: KEYS.reader },
  { key: KEYS.other, project: 'other' },
]

function running(collector: StartedCollector, now: () => number): RunningCollector {
  const post: RunningCollector['post'] = (path, body, { key = KEYS.server, headers = {} } = {}) =>
    fetch(`${collector.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  return {
    ...collector,
    post,
    async send(key, events, fields = {}) {
      const response = await post('/v1/batch', { sentAt: new Date(now()).toISOString(), events, ...fields }, { key })
      return { status: response.status, answer: await response.json() }
    },
    async read(path, key = KEYS.reader) {
      const response = await fetch(`${collector.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
  }
}
