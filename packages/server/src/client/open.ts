import { type FlushResult, MAX_NAMED_IDS, type QueueItem, ThreadlineError, type WaitOptions } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { createIntake, type Deliver } from '../capture/intake.ts'
import { flushDriven } from '../delivery/drive.ts'
import { flushQueues, sumUp } from '../delivery/flush.ts'
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
  /** The queues of what is captured on the client, and those of bound requests, once there was one. */
  readonly deliveries: readonly Delivery[]
  readonly spool: Spool | undefined
  /** The path of what is captured on the client itself. */
  readonly path: Path
  /** Makes the path of one request. */
  requestPath(waitUntil: (work: Promise<unknown>) => void): Path
  /** Waits for everything, whoever captured it. */
  flush(options?: WaitOptions): Promise<FlushResult>
  /** Sends nothing more, reports what is held as lost, and returns it. What is on disk is left to the next process. */
  giveUp(why: string): readonly QueueItem[]
}

/** Wires the parts that do the work. */
export function open(parts: OpenParts): Opened {
  const { options, config, runtime, reports, isClosed, captured } = parts
  const { clock, random, byteLength, textOf, detached = (run) => run() } = runtime
  const transport = options.transport ?? runtime.createTransport()
  const lanes = createLanes(config.destinations, { transport, clock, timeoutMs: config.requestTimeoutMs, reports })
  const spool = openSpool()
  const intake = createIntake(options, { clock, textOf, reports })
  const shared = { config, clock, random, byteLength, reports, lanes, spool, detached, onSettled: parts.settled }
  const delivery = createDelivery(shared)
  const deliveries = [delivery]
  let bound: Delivery | undefined
  const path = createPath({
    intake,
    clock,
    queues: delivery.byName,
    deliver: whileOpen(delivery.add),
    own: delivery.queues,
    flushQueues: (queues, flushOptions) => flushQueues(queues, clock, flushOptions),
    captured,
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

  function whileOpen(deliver: Deliver): Deliver {
    return (event, at, settled) =>
      isClosed() ? { reason: 'closed', message: 'captured after shutdown' } : deliver(event, at, settled)
  }

  /** The queues of requests that must not wait for one another's promises. */
  function boundDelivery(): Delivery {
    if (!bound) {
      bound = createDelivery({ ...shared, drivenLostAfterMs: config.requestTimeoutMs + LOST_AFTER_MS })
      deliveries.push(bound)
    }
    return bound
  }

  async function flushBound({ queues }: Delivery, flushOptions: WaitOptions): Promise<FlushResult> {
    const drive = async (): Promise<number> => {
      const requests = await Promise.all(queues.map((queue) => queue.drive()))
      return requests.reduce((sum, each) => sum + each, 0)
    }
    return await flushDriven(queues, { clock, drive }, flushOptions)
  }

  /** Ends one delivery, and tells apart what is lost with it. */
  function end(each: Delivery, why: string): { held: QueueItem[]; lost: QueueItem[] } {
    const held = each.close()
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
    const failing = deliveries.flatMap(({ queues }) => queues).find(({ trouble }) => trouble)
    const cause = failing?.lastError
    const eventIds = lost.slice(0, MAX_NAMED_IDS).map(({ eventId }) => eventId)
    const events = lost.length === 1 ? '1 event' : `${lost.length} events`
    const message = `${why}: ${events} lost, undelivered${cause ? ` (${cause.message})` : ''}`
    reports.error(new ThreadlineError('closed', message, { eventIds, cause }))
  }

  return {
    lanes,
    deliveries,
    spool,
    path,
    requestPath(waitUntil) {
      const isBound = runtime.isRequestBound?.() ?? false
      const used = isBound ? boundDelivery() : delivery
      const deliver = whileOpen(used.add)
      return createRequestPath({
        intake,
        clock,
        delivery: used,
        deliver,
        waitUntil,
        isBound,
        captured,
        onError: reports.error,
      })
    },
    async flush(flushOptions = {}) {
      if (!bound) return await path.flush(flushOptions)
      return sumUp(await Promise.allSettled([path.flush(flushOptions), flushBound(bound, flushOptions)]))
    },
    giveUp(why) {
      const ends = deliveries.map((each) => end(each, why))
      const lost = ends.flatMap((each) => each.lost)
      if (lost.length > 0) report(why, lost)
      return ends.flatMap(({ held }) => held)
    },
  }
}
