import { threadline } from '@threadline/destinations/threadline'
import { LIMITS } from '@threadline/schema'
import { createServerClient, type DropReason, type ServerClient, type ThreadlineError } from '@threadline/server'
import { CliError } from '../cli-error.ts'
import type { Connection } from '../connection.ts'

export interface DeliveryOptions extends Connection {
  /** Ask the collector what it thinks of the events, and store nothing. */
  readonly dryRun: boolean
  /** An event was refused for good, for its own sake. */
  readonly onRefused: (eventId: string | undefined, code: string, message: string) => void
  readonly onDelivered: (eventIds: readonly string[]) => void
  /** Nothing more can be delivered. */
  readonly onFatal: (error: CliError) => void
  /** Deliveries fail for now, and are tried again. */
  readonly onTrouble: (message: string) => void
}

/** Events held in memory at once. More would only wait there. */
const MAX_HELD_EVENTS = 10_000

/** Not the event's fault: it must be sent again some day. */
const UNDELIVERED: ReadonlySet<DropReason> = new Set([
  'queue_overflow',
  'expired',
  'closed',
  'unclear',
  'unexpected_redirect',
  'rejected',
])

/** The server client, as a backfill wants it: full batches, and its reports sorted by what they mean for the import. */
export function createDelivery(options: DeliveryOptions): ServerClient {
  const { host, key, dryRun, onRefused, onDelivered, onFatal, onTrouble } = options
  const destination = threadline({ host, key })
  return createServerClient({
    destination: dryRun ? asDryRun(destination) : destination,
    strict: false,
    flushAt: LIMITS.batchEvents,
    flushIntervalMs: 500,
    maxQueueEvents: MAX_HELD_EVENTS,
    flushOnExit: false,
    onDelivered: ({ eventIds }) => onDelivered(eventIds),
    onDrop({ eventId, message }, reason) {
      if (!UNDELIVERED.has(reason)) onRefused(eventId, reason, message)
      else if (reason !== 'closed') onFatal(new CliError('unavailable', message))
    },
    onError(error) {
      const fatal = fatalError(error)
      if (fatal) onFatal(fatal)
      else if (error.code === 'unreachable' || error.code === 'server_error') onTrouble(error.message)
    },
  })
}

/** The same requests to the path that checks them and stores nothing. */
function asDryRun(destination: ReturnType<typeof threadline>): ReturnType<typeof threadline> {
  return {
    ...destination,
    request(batch, context) {
      const request = destination.request(batch, context)
      return { ...request, url: request.url.replace(/\/batch$/, '/validate') }
    },
  }
}

/** What no waiting mends: the client would pause and probe. Undefined for what may pass. */
export function fatalError({ code, message }: ThreadlineError): CliError | undefined {
  if (code === 'unauthorized' || code === 'forbidden') return new CliError('access_denied', message)
  if (code === 'not_found' || code === 'quota_exceeded') return new CliError('unavailable', message)
  return undefined
}
