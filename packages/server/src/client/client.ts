import { type QueueStats, ThreadlineError } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { aliasEvent, groupEvent } from '../capture/alias-and-group.ts'
import { identifyEvent } from '../capture/identify.ts'
import type { UncheckedInput } from '../capture/input.ts'
import { standardVerbs } from '../capture/standard-verbs.ts'
import { createRoom } from '../delivery/room.ts'
import { createEnding } from '../lifecycle/ending.ts'
import { createReports, warn } from '../reports/reports.ts'
import { createScope, type Scope } from '../scope/scope.ts'
import type { Ambient } from './ambient.ts'
import { backfill } from './backfill.ts'
import { createInertClient } from './inert-client.ts'
import { type Opened, open } from './open.ts'
import { checkEnabled, checkKinds } from './option-kinds.ts'
import { reasonToRest, resolveConfig, type ServerClientOptions } from './options.ts'
import { environment, publicSecretsError } from './public-secrets.ts'
import type { Runtime } from './runtime.ts'
import type { ServerClient, ShutdownResult } from './server-client.ts'
import { unknownOptions } from './unknown-options.ts'

const SHUTDOWN_TIMEOUT_MS = 10_000

/**
 * Makes a client of its parts.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function createClient<Catalogue extends EventCatalogue>(
  options: ServerClientOptions<Catalogue>,
  runtime: Runtime,
): ServerClient<Catalogue> {
  checkEnabled(options)
  const reason = reasonToRest(options)
  if (reason !== undefined) return createInertClient(reason, warnOnce(options, reason))
  checkKinds(options)
  const config = resolveConfig(options)
  const { clock, detached = (run) => run() } = runtime
  const reports = createReports(options, clock)
  const unknown = unknownOptions(options)
  if (unknown !== undefined) reports.error(new ThreadlineError('invalid_config', unknown))
  let opened: Opened | undefined
  let stopped: Promise<ShutdownResult> | undefined
  /** The scope of the request that the caller works for. */
  let ambient: Ambient<Scope<Catalogue>> | undefined

  const room = createRoom(() => opened?.delivery.queues ?? [], {
    clock,
    isBound: () => opened?.isBound ?? false,
    maxEvents: config.maxQueueEvents,
    maxBytes: config.maxQueueBytes,
  })

  const ending = createEnding({
    flushOnExit: options.flushOnExit ?? true,
    signals: options.handleSignals ?? [],
    flush: (flushOptions) => client.flush(flushOptions),
    shutdown: () => client.shutdown(),
    delivered: () => reports.totals.delivered,
    isFailing: () => heldQueues().every(({ trouble }) => trouble !== undefined),
    abort() {
      for (const { sender } of opened?.lanes ?? []) sender.abort()
    },
    endNow: (why) => opened?.endNow(why),
    writesAtEnd: options.spool !== undefined,
  })

  function use(): Opened {
    // In nobody's context: connections and timers that are made here outlive the request that comes first.
    if (!opened) detached(start)
    return opened as Opened
  }

  function start(): void {
    warnOfPublicSecrets()
    opened = open({ options, config, runtime, reports, isClosed, captured: holds, settled, room: room.wait })
    if (!isClosed()) ending.start()
  }

  function isClosed(): boolean {
    return stopped !== undefined
  }

  function warnOfPublicSecrets(): void {
    if (!config.destinations.some(({ secret }) => secret)) return
    const error = publicSecretsError(environment())
    if (error) reports.error(error)
  }

  function heldQueues() {
    return (opened?.delivery.queues ?? []).filter(({ stats }) => stats.pending > 0)
  }

  function holds(): void {
    if (!isClosed()) ending.holds()
  }

  function settled(): void {
    if (heldQueues().length === 0) ending.isEmpty()
    room.changed()
  }

  async function stop(timeoutMs: number): Promise<ShutdownResult> {
    const before = { ...reports.totals, dropped: countDropped() }
    let error: ThreadlineError | undefined
    try {
      await opened?.flushLast(timeoutMs)
    } catch (cause) {
      error = cause as ThreadlineError
    }
    const after = { ...reports.totals, dropped: countDropped() }
    const left = opened?.giveUp('the client shut down') ?? []
    await opened?.spool?.close()
    ending.leave()
    return {
      delivered: after.delivered - before.delivered,
      duplicates: after.duplicates - before.duplicates,
      dropped: after.dropped - before.dropped,
      pending: left.length,
      eventIds: [...new Set(left.map(({ eventId }) => eventId))],
      timedOut: error?.code === 'flush_timeout',
      error,
    }
  }

  function countDropped(): number {
    return Object.values(reports.totals.dropped).reduce((sum, count) => sum + count, 0)
  }

  /** The scope of the request at hand, else the client's own way. */
  const through = (): { capture(input: UncheckedInput): void } => ambient?.get() ?? use().path
  const capture = (input: UncheckedInput): void => through().capture(input)

  const client: ServerClient<Catalogue> = {
    ...standardVerbs(capture),
    capture,
    captureNow: async (input, flushOptions) => await (ambient?.get() ?? use().path).captureNow(input, flushOptions),
    identify(userId, identifyOptions = {}) {
      const scope = ambient?.get()
      if (scope) scope.identify(userId, identifyOptions)
      else use().path.capture(identifyEvent(userId, identifyOptions))
    },
    alias(previousId, aliasOptions = {}) {
      const scope = ambient?.get()
      if (scope) scope.alias(previousId, aliasOptions)
      else use().path.capture(aliasEvent(previousId, aliasOptions))
    },
    group(groupId, groupOptions = {}) {
      const scope = ambient?.get()
      if (scope) scope.group(groupId, groupOptions)
      else use().path.capture(groupEvent(groupId, groupOptions))
    },
    flush: async (flushOptions) => (await opened?.flush(flushOptions)) ?? { delivered: 0, duplicates: 0, dropped: 0 },
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
    withScope(request, callback, scopeOptions) {
      ambient ??= runtime.createAmbient?.<Scope<Catalogue>>()
      const scope = client.scope(request, scopeOptions)
      return ambient ? ambient.run(scope, () => callback(scope)) : callback(scope)
    },
    onRequest: reports.onRequest,
    stats() {
      const queues: { [destination: string]: QueueStats } = {}
      for (const [name, { stats }] of opened?.delivery.byName ?? []) {
        queues[name] = { ...stats, dropped: { ...stats.dropped } }
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

/** Whoever forgot the key has to hear of it; whoever switched the client off knows. */
function warnOnce(options: ServerClientOptions<EventCatalogue>, reason: string): () => void {
  let isTold = reason !== 'no key'
  return () => {
    if (isTold) return
    isTold = true
    const message = 'createServerClient: key is blank, so nothing is captured. Set it, or pass enabled: false'
    warn(options, new ThreadlineError('invalid_config', message))
  }
}
