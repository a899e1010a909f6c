import { type QueueStats, ThreadlineError } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { identifyEvent } from '../capture/identify.ts'
import { createIntake, type Deliver } from '../capture/intake.ts'
import { createPath, type Path } from '../delivery/path.ts'
import { createDelivery, createLanes, type Delivery, type Lane } from '../delivery/queues.ts'
import { createRoom } from '../delivery/room.ts'
import { onRunOut } from '../lifecycle/exit.ts'
import { onSignals } from '../lifecycle/signals.ts'
import { createReports } from '../reports/reports.ts'
import { createLeftovers, createRequestPath } from '../scope/request-path.ts'
import { createScope } from '../scope/scope.ts'
import type { Spool } from '../spool/options.ts'
import { backfill } from './backfill.ts'
import { resolveConfig, type ServerClientOptions } from './options.ts'
import { environment, publicSecretsError } from './public-secrets.ts'
import type { Runtime } from './runtime.ts'
import type { ServerClient, ShutdownResult } from './server-client.ts'

const SHUTDOWN_TIMEOUT_MS = 10_000

/** What exists from the first use on: constructing a client must cost and touch nothing. */
interface Opened {
  readonly lanes: readonly Lane[]
  readonly delivery: Delivery
  readonly spool: Spool | undefined
  /** The path of what is captured on the client itself. */
  readonly path: Path
  /** Makes the path of one request, with queues of its own. */
  readonly requestPath: (waitUntil: (work: Promise<unknown>) => void) => Path
}

/**
 * Joins the parts into a client: the only function that knows them all.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function createClient<Catalogue extends EventCatalogue>(
  options: ServerClientOptions<Catalogue>,
  runtime: Runtime,
): ServerClient<Catalogue> {
  const config = resolveConfig(options)
  const { clock, random, byteLength } = runtime
  const reports = createReports(options)
  let opened: Opened | undefined
  let stopped: Promise<ShutdownResult> | undefined
  let forgetSignals: (() => void) | undefined
  let forgetExit: (() => void) | undefined

  const room = createRoom(() => opened?.delivery.queues ?? [], {
    clock,
    maxEvents: config.maxQueueEvents,
    maxBytes: config.maxQueueBytes,
  })

  function open(): Opened {
    warnOfPublicSecrets()
    const lanes = createLanes(config.destinations, {
      transport: options.transport ?? runtime.createTransport(),
      clock,
      timeoutMs: config.requestTimeoutMs,
    })
    const leftovers = createLeftovers()
    const spool = openSpool()
    const newDelivery = (onSettled: () => void): Delivery =>
      createDelivery({ config, clock, random, byteLength, reports, lanes, spool, onSettled })
    const delivery = newDelivery(onSettled)
    const intake = createIntake(options, { clock, textOf: runtime.textOf, reports })
    const refuseWhenClosed =
      (deliver: Deliver): Deliver =>
      (event, at, settled) =>
        isClosed() ? { reason: 'closed', message: 'captured after shutdown' } : deliver(event, at, settled)
    const shared = { intake, clock, destinations: lanes.length }
    const path = createPath({
      ...shared,
      deliver: refuseWhenClosed(delivery.add),
      flushQueues(flushOptions) {
        delivery.adopt(leftovers.take())
        return delivery.flush(flushOptions)
      },
      captured: watchExit,
    })
    if (options.handleSignals && !isClosed()) {
      forgetSignals = onSignals(options.handleSignals, { flush: flushQuietly, shutdown: () => client.shutdown() })
    }
    spool?.start({
      held: (lane) => delivery.queues[lane]?.held() ?? [],
      add(lane, item) {
        delivery.queues[lane]?.add(item)
        watchExit()
      },
      room: room.wait,
    })
    return {
      lanes,
      delivery,
      spool,
      path,
      requestPath: (waitUntil) =>
        createRequestPath({ shared, refuseWhenClosed, newDelivery, leftovers, waitUntil, onError: reports.error }),
    }
  }

  function openSpool(): Spool | undefined {
    const destinations = config.destinations.map(({ name }) => name)
    return (
      options.spool && runtime.openSpool?.(options.spool, { destinations, clock, byteLength, onError: reports.error })
    )
  }

  function isClosed(): boolean {
    return stopped !== undefined
  }

  function warnOfPublicSecrets(): void {
    if (!config.destinations.some(({ secret }) => secret)) return
    const error = publicSecretsError(environment())
    if (error) reports.error(error)
  }

  function use(): Opened {
    opened ??= open()
    return opened
  }

  function onSettled(): void {
    if (use().delivery.queues.every(({ stats }) => stats.pending === 0)) unwatchExit()
    room.changed()
  }

  function watchExit(): void {
    if (forgetExit || options.flushOnExit === false || isClosed()) return
    // One try: when it fails, the process must be able to end all the same.
    forgetExit = onRunOut(() => {
      client.flush().catch(unwatchExit)
    })
  }

  function unwatchExit(): void {
    forgetExit?.()
    forgetExit = undefined
  }

  function flushQuietly(): Promise<unknown> {
    // What a flush could not deliver stays queued, and `onError` has been told why.
    return client.flush().catch(() => undefined)
  }

  async function stop(timeoutMs: number): Promise<ShutdownResult> {
    const before = { ...reports.totals, dropped: countDropped() }
    let error: ThreadlineError | undefined
    try {
      await opened?.path.flush({ timeoutMs })
    } catch (cause) {
      error = cause as ThreadlineError
    }
    const after = { ...reports.totals, dropped: countDropped() }
    const left = opened?.delivery.close() ?? []
    for (const [index, items] of left.entries()) {
      const lane = opened?.lanes[index]
      lane?.sender.abort()
      // What is on disk is not lost: the next process sends it.
      const lost = items.filter((item) => !opened?.spool?.holds(item))
      if (!lane || lost.length === 0) continue
      const message = 'undelivered when the client shut down'
      reports.settled(lane.destination.name, lost, { kind: 'dropped', reason: 'closed', message })
    }
    await opened?.spool?.close()
    forgetSignals?.()
    unwatchExit()
    return {
      delivered: after.delivered - before.delivered,
      duplicates: after.duplicates - before.duplicates,
      dropped: after.dropped - before.dropped,
      pending: left.reduce((sum, items) => sum + items.length, 0),
      eventIds: [...new Set(left.flatMap((items) => items.map(({ eventId }) => eventId)))],
      timedOut: error?.code === 'flush_timeout',
      error,
    }
  }

  function countDropped(): number {
    return Object.values(reports.totals.dropped).reduce((sum, count) => sum + count, 0)
  }

  const client: ServerClient<Catalogue> = {
    capture: (input) => use().path.capture(input),
    captureNow: async (input, flushOptions) => await use().path.captureNow(input, flushOptions),
    identify: (userId, identifyOptions = {}) => use().path.capture(identifyEvent(userId, identifyOptions)),
    flush: async (flushOptions) =>
      (await opened?.path.flush(flushOptions)) ?? { delivered: 0, duplicates: 0, dropped: 0 },
    shutdown({ timeoutMs = SHUTDOWN_TIMEOUT_MS } = {}) {
      stopped ??= stop(timeoutMs)
      return stopped
    },
    async [Symbol.asyncDispose]() {
      await client.shutdown()
    },
    ready: ({ signal } = {}) => room.wait(signal),
    backfill: (source, backfillOptions = {}) =>
      backfill(source, backfillOptions, {
        capture: (input) => use().path.capture(input),
        free: room.free,
        ready: room.wait,
        flush: client.flush,
      }),
    scope(request, scopeOptions = {}) {
      const { path, requestPath } = use()
      const { waitUntil } = scopeOptions
      return createScope(request, scopeOptions, waitUntil ? requestPath(waitUntil) : path)
    },
    stats() {
      const queues: { [destination: string]: QueueStats } = {}
      for (const [index, { destination }] of opened?.lanes.entries() ?? []) {
        const queue = opened?.delivery.queues[index]
        if (queue) queues[destination.name] = { ...queue.stats, dropped: { ...queue.stats.dropped } }
      }
      const { delivered, duplicates, dropped } = reports.totals
      const pending = Object.values(queues).reduce((sum, stats) => sum + stats.pending, 0)
      return { delivered, duplicates, dropped: { ...dropped }, pending, queues }
    },
  }
  if (options.spool) {
    if (!runtime.openSpool) throw new ThreadlineError('invalid_config', 'createServerClient: this runtime has no spool')
    // The exception to doing nothing: what an earlier process left is sent without waiting for a first capture.
    use()
  }
  return client
}
