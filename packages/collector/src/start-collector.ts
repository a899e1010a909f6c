import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { AlertOptions } from './alerts/settings.ts'
import { createAlerts } from './alerts/start-alerts.ts'
import { cameByTls, clientAddress } from './client-address.ts'
import { type CollectorOptions, createCollector } from './collector.ts'
import { openPlaceDatabase } from './enrich/place-database.ts'
import { listen } from './listen.ts'
import { loadPage } from './page.ts'
import { startRetention } from './retention.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import { StoreError } from './store/store-error.ts'
import { within } from './within.ts'

export interface StartCollectorOptions extends Omit<CollectorOptions, 'store' | 'page' | 'clientAddress' | 'isSecure'> {
  /**
   * Port to listen on: a number is that port or an error, 0 any free one; `{ prefer }` moves on to a free one when that
   * port is busy.
   *
   * @defaultValue `{ prefer: 4318 }`
   */
  readonly port?: number | { readonly prefer: number }
  /** Address to listen on; `0.0.0.0` is every network of this machine. @defaultValue `'127.0.0.1'` */
  readonly host?: string
  /**
   * Proxies of yours that a request has passed when it arrives, each of which appends to `X-Forwarded-For`. The limit on
   * logins and the places of visitors go by the address that the outermost of them saw, and the live page's cookie is `Secure` when
   * `X-Forwarded-Proto` says that it was reached by https.
   *
   * @defaultValue `0`: address and protocol are the connection's
   */
  readonly trustedProxies?: number
  /** Folder of the embedded database, made when missing. @defaultValue `'.threadline'`, unless `databaseUrl` is given */
  readonly dataDir?: string
  /**
   * Whole days that events are kept; older ones are removed when the collector starts and four times a day. Their keys,
   * identity links and counts stay.
   *
   * @defaultValue for ever
   */
  readonly retentionDays?: number
  /**
   * The same for projects that have their own: shorter, or longer, than the others'.
   *
   * @defaultValue none
   */
  readonly projectRetentionDays?: { readonly [project: string]: number }
  /**
   * Tells by webhook when far fewer events arrive than usually, when many are refused, lost or cannot be stored, and when the disk of
   * the data folder is nearly full: once when it begins and once when it is over, however many collectors share the database.
   *
   * @defaultValue nobody is told
   */
  readonly alerts?: AlertOptions
  /**
   * Starts although the data folder holds less than was acknowledged from it: files were removed, cut, or replaced by older
   * ones.
   *
   * @defaultValue false: it is an error, `data_lost`
   */
  readonly acceptDataLoss?: boolean
  /**
   * File in MaxMind's format (GeoLite2, GeoIP2, DB-IP) by which the addresses of visitors are looked up, on this machine. It is read
   * anew when it is replaced. `lookupPlace` goes over it.
   *
   * @defaultValue none: places are those of `placeHeaders`, if any
   */
  readonly placeDatabase?: string
  /** PostgreSQL to use in place of the embedded database: `postgres://user:password@host:port/database`. */
  readonly databaseUrl?: string
  /**
   * Spreads the tables of `databaseUrl`, the coordinator of a Citus, over its workers by project.
   *
   * @defaultValue false
   */
  readonly citus?: boolean
}

export interface StartedCollector {
  /** Origin to send to, for example `http://127.0.0.1:4318`. */
  readonly url: string
  readonly port: number
  readonly store: Store
  /**
   * A one-time link that opens the live page of `project` (`'default'` unless given) in a browser. It works within 24
   * hours, on every collector of the same database.
   *
   * @throws TypeError when the project is malformed.
   */
  loginUrl(project?: string): Promise<string>
  /**
   * Resolves when it can never store again: the database's files were removed or replaced under it. Nothing was acknowledged
   * since. Close it and end the process with a code that is not 0, for whoever supervises it to start another.
   */
  readonly failed: Promise<StoreError>
  /**
   * Stops listening, answers what is under way, for 15 s at most, and closes the store. Live streams end at once. A second call returns
   * the first call's promise.
   */
  close(): Promise<void>
}

const PREFERRED_PORT = 4318
const DEFAULT_DATA_DIR = '.threadline'

/** A connection that has sent half a request for so long is dropped; Node's own default is five minutes. */
const REQUEST_TIMEOUT_MS = 30_000

/** Longest that the end waits for what is under way: supervisors kill after 30 s, and a database may never answer. */
const FINISH_MS = 15_000

/**
 * Opens the store and serves a collector with its live page over HTTP.
 *
 * @throws StoreError when the store cannot be opened, TypeError for malformed keys, and Node's own error for a port that
 * is busy.
 */
export async function startCollector(options: StartCollectorOptions): Promise<StartedCollector> {
  const {
    port = { prefer: PREFERRED_PORT },
    host = '127.0.0.1',
    dataDir,
    acceptDataLoss = false,
    databaseUrl,
    citus = false,
    alerts: alertOptions,
    placeDatabase,
    ...rest
  } = options
  const { retentionDays, projectRetentionDays = {}, trustedProxies = 0, log, now = Date.now } = options
  const page = await loadPage()
  const onError = (error: unknown) =>
    log?.({ level: 'error', message: `the file of places was not read anew: ${error}` })
  const places = placeDatabase === undefined ? undefined : await openPlaceDatabase(placeDatabase, { onError })
  const store = await openStore(
    databaseUrl === undefined ? { dataDir: dataDir ?? DEFAULT_DATA_DIR, acceptDataLoss } : { databaseUrl, citus },
  ).catch((error: unknown) => {
    places?.close()
    throw error
  })
  try {
    const origins = new WeakMap<Request, { readonly address: string; readonly isSecure: boolean }>()
    const { store: watched, failed } = watchForEnd(store)
    const alerts = createAlerts({ store: watched, options: alertOptions, now, log: log ?? (() => undefined) })
    const collector = createCollector({
      ...(places && { lookupPlace: places.lookup }),
      ...rest,
      store: alerts.store,
      page,
      clientAddress: (request) => origins.get(request)?.address ?? '',
      isSecure: (request) => origins.get(request)?.isSecure ?? false,
    })
    const stopRetention =
      retentionDays === undefined && Object.keys(projectRetentionDays).length === 0
        ? undefined
        : startRetention({
            store,
            days: retentionDays,
            daysOfProjects: projectRetentionDays,
            now,
            onError: (error) => log?.({ level: 'error', message: `old events were not removed: ${error}` }),
          })
    let closing: Promise<void> | undefined
    const answer = getRequestListener((request, { incoming }) => {
      origins.set(request, {
        address: clientAddress(incoming, trustedProxies),
        isSecure: cameByTls(incoming, trustedProxies),
      })
      return counted(request, collector.fetch(request))
    })

    async function counted(request: Request, answer: Promise<Response>): Promise<Response> {
      const response = await answer
      // Refusals of one that stops are no failures: others take what is sent again.
      if (request.method === 'POST' && closing === undefined) alerts.answered(response.status)
      return response
    }

    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 16_384 }, (request, response) => {
      // On a connection that stays open, a client that asks again and again would hold up the end for ever.
      if (closing !== undefined) response.setHeader('connection', 'close')
      void answer(request, response)
    })
    // What arrives from the first request on is forwarded.
    await collector.ready
    const bound = await listen(server, { port, host })
    alerts.begin()
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`

    async function finish(): Promise<void> {
      const stopped = stop(server)
      await collector.close()
      await stopped
      await stopRetention?.()
      await alerts.stop()
    }

    async function close(): Promise<void> {
      try {
        await within(FINISH_MS, finish())
      } finally {
        places?.close()
        // What still waits for the database fails, and nothing of it was acknowledged.
        await store.close()
        server.closeAllConnections()
      }
    }

    return {
      url,
      port: bound,
      store,
      failed,
      loginUrl: async (project = 'default') => `${url}/login?token=${await collector.issueLoginToken(project)}`,
      close() {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    places?.close()
    await store.close()
    throw error
  }
}

/** The same store, and a promise of the failure after which it will not take any more. */
function watchForEnd(store: Store): { readonly store: Store; readonly failed: Promise<StoreError> } {
  let fail: (error: StoreError) => void = () => undefined
  const failed = new Promise<StoreError>((resolve) => {
    fail = resolve
  })

  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof StoreError && error.code === 'files_gone') fail(error)
      throw error
    }
  }

  return {
    store: {
      ...store,
      append: (rows, counts) => watched(store.append(rows, counts)),
      ping: () => watched(store.ping()),
    },
    failed,
  }
}

const SWEEP_MS = 50

/**
 * Resolves when the last answer is out. Connections are closed as they fall idle, for example when a live stream ends:
 * Node itself looks once, and then waits until each has been silent for five seconds.
 */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    server.close(() => {
      clearInterval(sweep)
      resolve()
    })
  })
}
