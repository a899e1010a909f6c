import {
  advised,
  type Clock,
  createPacer,
  createQueue,
  type Destination,
  type Outcome,
  type Pacer,
  type Queue,
  type QueueItem,
  ThreadlineError,
} from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import { type Deliver, unserialisable } from '../capture/intake.ts'
import type { Refusal } from '../capture/refusal.ts'
import type { Reports } from '../reports/reports.ts'
import type { Spool } from '../spool/options.ts'
import { createEncode, type Encode } from './encode.ts'
import type { DeliveryConfig } from './options.ts'
import { createSender, type Sender, type SenderOptions } from './send.ts'

/** One destination, with what all queues to it share. */
export interface Lane {
  readonly destination: Destination
  readonly sender: Sender
  readonly pacer: Pacer | undefined
}

export function createLanes(
  destinations: readonly Destination[],
  { reports, ...sending }: Omit<SenderOptions, 'gzip' | 'onRequest'> & { readonly reports: Reports },
): readonly Lane[] {
  return destinations.map((destination) => ({
    destination,
    sender: createSender({
      ...sending,
      gzip: destination.gzip === true,
      onRequest: (request) => reports.requested({ ...request, destination: destination.name }),
    }),
    pacer: destination.limits.rate && createPacer(destination.limits.rate),
  }))
}

export interface DeliveryParts {
  readonly config: DeliveryConfig
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** UTF-8 bytes of a string. */
  readonly byteLength: (text: string) => number
  readonly reports: Reports
  readonly lanes: readonly Lane[]
  readonly spool: Spool | undefined
  /** Runs what outlives the call that causes it outside that call's asynchronous context. */
  readonly detached: (run: () => void) => void
  /** See core's `QueueOptions`; the queues set timers of their own unless given. */
  readonly drivenLostAfterMs?: number
  /** Called whenever events have left a queue. */
  readonly onSettled: () => void
}

/** One queue for each destination, filled and emptied together. */
export interface Delivery {
  readonly queues: readonly Queue[]
  /** The same queues by the names of their destinations. */
  readonly byName: ReadonlyMap<string, Queue>
  /** Queues an event for every destination that can carry it; refuses it when none can. */
  readonly add: Deliver
  /** Sends nothing more, and returns what is still held, one list for each destination. */
  close(): readonly (readonly QueueItem[])[]
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { config, clock, random, byteLength, reports, lanes, spool, detached, drivenLostAfterMs, onSettled } = parts
  const encode = createEncode({ maxPropertiesBytes: config.maxPropertiesBytes, reports, byteLength })
  const queues = lanes.map(({ destination, sender, pacer }, index) =>
    createQueue({
      destination: advised(destination),
      clock,
      random,
      send: sender.send,
      flushAt: config.flushAt,
      flushIntervalMs: config.flushIntervalMs,
      maxEvents: config.maxQueueEvents,
      maxBytes: config.maxQueueBytes,
      overflow: config.overflow,
      maxAgeMs: config.maxAgeMs,
      concurrency: config.concurrency,
      resendUnclear: config.resendUnclear,
      ...(pacer && { pacer }),
      ...(drivenLostAfterMs !== undefined && { drivenLostAfterMs }),
      detached,
      losses: reports.lossesOf(destination.name),
      onSettled(items, outcome) {
        spool?.left(index, items)
        reports.settled(destination.name, items, outcome)
        onSettled()
      },
      onError: reports.error,
    }),
  )

  /** What one destination cannot serialise, another has perhaps queued already. */
  const encoded: Encode = (...args) => {
    try {
      return encode(...args)
    } catch (error) {
      return unserialisable(error)
    }
  }

  function reportRefusal(destination: string, { eventId, event }: TrackEvent, { reason, message }: Refusal): void {
    reports.error(new ThreadlineError(reason, `${destination}: ${message}`, { eventIds: [eventId] }))
    reports.dropped({ eventId, event, destination, message, body: undefined }, reason)
  }

  return {
    queues,
    byName: new Map(lanes.map(({ destination }, index) => [destination.name, queues[index] as Queue])),
    add(event, at, settled) {
      let refusals: { readonly destination: string; readonly refusal: Refusal }[] | undefined
      for (let index = 0; index < lanes.length; index += 1) {
        const { destination } = lanes[index] as Lane
        const told = settled && ((outcome: Outcome) => settled(event.eventId, destination.name, outcome))
        const item = encoded(destination, event, at, told)
        if ('reason' in item) {
          refusals ??= []
          refusals.push({ destination: destination.name, refusal: item })
        } else {
          spool?.append(index, item)
          queues[index]?.add(item)
        }
      }
      if (refusals?.length === lanes.length) return refusals[0]?.refusal
      for (const { destination, refusal } of refusals ?? []) {
        reportRefusal(destination, event, refusal)
        settled?.(event.eventId, destination, { kind: 'dropped', ...refusal })
      }
      return undefined
    },
    close: () =>
      queues.map((queue) => {
        queue.close()
        return [...queue.held()]
      }),
  }
}
