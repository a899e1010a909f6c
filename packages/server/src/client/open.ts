import { type FlushResult, MAX_NAMED_IDS, type QueueItem, ThreadlineError, type WaitOptions } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { createIntake, type Deliver } from '../capture/intake.ts'
import type { Refusal } from '../capture/refusal.ts'
import { createBackground } from '../delivery/background.ts'
import { flushDriven, within } from '../delivery/drive.ts'
import { flushQueues } from '../delivery/flush.ts'
import { createPath, type Path } from '../delivery/path.ts'
import { createDelivery, createLanes, type Delivery, type Lane } from '../delivery/queues.ts'
import type { Reports } from '../reports/reports.ts'
import { createRequestPath } from '../scope/request-path.ts'
import type { Spool } from '../spool/options.ts'
import type { Config, ServerClientOptions } from './options.ts'
import type { Runtime } from './runtime.ts'

/** Longest that a request may take beyond its own deadline before whoever sent it counts as gone, in milliseconds. */
const LOST_AFTER_MS = 5_000

export interface OpenParts {
  readonly options: ServerClientOptions<EventCatalogue>
  readonly config: Config
  readonly runtime: Runtime
  readonly reports: Reports
  readonly isClosed: () => boolean
  /** Called after each capture: events may be held now. */
  readonly captured: () => void
  /** Called whenever events have left. */
  readonly settled: () => void
  /** Resolves when there is room for one more event. */
  readonly room: () => Promise<void>
}

/** What exists from the first use on: constructing a client must cost and touch nothing. */
export interface Opened {
  readonly lanes: readonly Lane[]
  readonly delivery: Delivery
  /** A request must not wait for what another one started. */
  readonly isBound: boolean
  readonly spool: Spool | undefined
  /** The path of what is captured on the client itself. */
  readonly path: Path
  /** Makes the path of one request. */
  requestPath(waitUntil: (work: Promise<unknown>) => void): Path
  /** Waits for everything, whoever captured it. */
  flush(options?: WaitOptions): Promise<FlushResult>
  /** Waits for everything for the last time, with what an earlier process left on disk. */
  flushLast(timeoutMs: number): Promise<void>
  /** Sends nothing more, reports what is held as lost, and returns it. What is on disk is left to the next process. */
  giveUp(why: string): readonly QueueItem[]
  /** The same for a process that ends when this returns: writes first what is still to be written to disk. */
  endNow(why: string): void
}

/** Wires the parts that do the work. */
export function open(parts: OpenParts): Opened {
  const { options, config, runtime, reports, isClosed, captured } = parts
  const { clock, random, byteLength, textOf, detached = (run) => run() } = runtime
  const transport = options.transport ?? runtime.createTransport()
  const lanes = createLanes(config.destinations, { transport, clock, timeoutMs: config.requestTimeoutMs, reports })
  const spool = openSpool()
  const intake = createIntake(options, { clock, textOf, reports, isClosed })
  const shared = { config, clock, random, byteLength, reports, lanes, spool, detached, onSettled: parts.settled }
  const isBound = runtime.isRequestBound?.() ?? false
  const delivery = createDelivery({
    ...shared,
    ...(isBound && { drivenLostAfterMs: config.requestTimeoutMs + LOST_AFTER_MS }),
  })
  const { queues } = delivery
  let hasEnded = false
  const inBackground = isBound
    ? createBackground({
        flushIntervalMs: config.flushIntervalMs,
        clock,
        drive,
        holds: () => queues.some(({ stats }) => stats.pending > 0),
      })
    : undefined
  const path = createPath({
    intake,
    clock,
    queues: delivery.byName,
    deliver,
    own: queues,
    flushQueues: (waited, flushOptions) =>
      isBound ? flushDriven(waited, { clock, drive }, flushOptions) : flushQueues(waited, clock, flushOptions),
    captured() {
      captured()
      inBackground?.()
    },
  })
  spool?.start({
    held: (lane) => [...(delivery.queues[lane]?.held() ?? [])],
    add(lane, item) {
      delivery.queues[lane]?.add(item)
      captured()
    },
    room: parts.room,
  })

  function openSpool(): Spool | undefined {
    const destinations = config.destinations.map(({ name }) => name)
    const opened =
      options.spool && runtime.openSpool?.(options.spool, { destinations, clock, byteLength, onError: reports.error })
    return opened && { ...opened, append: (lane, item) => detached(() => opened.append(lane, item)) }
  }

  /** The way into the queues. An asynchronous hook may let go of an event when they have ended. */
  function deliver(...event: Parameters<Deliver>): Refusal | undefined {
    if (!hasEnded) return delivery.add(...event)
    return { reason: 'closed', message: 'an onCapture hook held it back until after the end' }
  }

  /** Starts what is due in the name of the request that calls, but not in its asynchronous context. */
  async function drive(): Promise<number> {
    const driving: Promise<number>[] = []
    detached(() => driving.push(...queues.map((queue) => queue.drive())))
    return (await Promise.all(driving)).reduce((sum, each) => sum + each, 0)
  }

  /** Ends the delivery, and tells apart what is lost with it. */
  function end(why: string): { held: QueueItem[]; lost: QueueItem[] } {
    hasEnded = true
    const held = delivery.close()
    const lost = held.map((items) => (spool ? items.filter((item) => !spool.holds(item)) : items))
    for (const [index, { destination, sender }] of lanes.entries()) {
      sender.abort()
      const items = lost[index] ?? []
      if (items.length === 0) continue
      reports.settled(destination.name, items, { kind: 'dropped', reason: 'closed', message: `${why}: undelivered` })
    }
    return { held: held.flat(), lost: lost.flat() }
  }

  function report(why: string, lost: readonly QueueItem[]): void {
    const failing = queues.find(({ trouble }) => trouble)
    const cause = failing?.lastError
    const eventIds = lost.slice(0, MAX_NAMED_IDS).map(({ eventId }) => eventId)
    const events = lost.length === 1 ? '1 event' : `${lost.length} events`
    const message = `${why}: ${events} lost, undelivered${cause ? ` (${cause.message})` : ''}`
    reports.error(new ThreadlineError('closed', message, { eventIds, cause }))
  }

  async function flushLast(timeoutMs: number): Promise<void> {
    const startedAt = clock.now()
    const leftMs = (): number => Math.max(0, timeoutMs - Math.max(0, clock.now() - startedAt))
    await path.flush({ timeoutMs, isLast: true })
    if (!spool) return
    // A script may end before the disk has been read, each time it runs.
    await within(leftMs(), clock, spool.replayed())
    await path.flush({ timeoutMs: leftMs(), isLast: true })
  }

  function giveUp(why: string): readonly QueueItem[] {
    const { held, lost } = end(why)
    if (lost.length > 0) report(why, lost)
    return held
  }

  return {
    lanes,
    delivery,
    isBound,
    spool,
    path,
    requestPath: (waitUntil) =>
      createRequestPath({
        intake,
        clock,
        delivery,
        deliver,
        waitUntil,
        drive: isBound ? drive : undefined,
        captured,
        onError: reports.error,
      }),
    flush: (flushOptions) => path.flush(flushOptions),
    flushLast,
    giveUp,
    endNow(why) {
      spool?.closeNow()
      giveUp(why)
    },
  }
}
