import { type Destination, ThreadlineError } from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import { type EventCatalogue, LIMITS, type StandardCatalogue } from '@threadline/schema'
import type { CaptureHook } from './capture/pipeline.ts'
import type { ReportHooks } from './reports.ts'
import type { SpoolOptions } from './spool/options.ts'
import type { Transport } from './transport/transport.ts'

/** Options of `createServerClient`. Name a destination by `key` and `host`, by `destination`, or by `destinations`. */
export interface ServerClientOptions<Catalogue extends EventCatalogue = StandardCatalogue> extends ReportHooks {
  /** Secret key of a Threadline collector, `sk_…`. Together with `host`. */
  readonly key?: string
  /** Origin of a Threadline collector, such as `https://events.example.com`. Together with `key`. */
  readonly host?: string
  /** Where events go, when not to a Threadline collector by `key` and `host`. */
  readonly destination?: Destination
  /** Several places, each with a queue of its own: a slow one delays no other. */
  readonly destinations?: readonly Destination[]

  /** The catalogue that types `capture` and is checked at capture. The standard catalogue, as types only, unless given. */
  readonly events?: Catalogue
  /**
   * What happens to an event that does not match its schema in `events`: `report` sends it and tells `onError`, `throw`
   * refuses it, `off` does not look.
   *
   * @defaultValue `'throw'` when `strict`, else `'report'`
   */
  readonly validate?: 'report' | 'throw' | 'off'
  /**
   * Whether `capture` throws what it refuses, in place of telling `onError` and `onDrop`.
   *
   * @defaultValue true when `NODE_ENV` is `development` or `test`, read at the first capture
   */
  readonly strict?: boolean

  /**
   * Waiting events that start a send. A trigger, not a cap: a send takes everything that waits, up to the destination's
   * limits. With 1, what is captured in one tick still shares a request.
   *
   * @defaultValue `50`
   */
  readonly flushAt?: number
  /**
   * Longest an event waits before a send starts, in milliseconds.
   *
   * @defaultValue `2_000`
   */
  readonly flushIntervalMs?: number
  /**
   * Requests in flight at once to one destination. While it fails it is one.
   *
   * @defaultValue `4`
   */
  readonly concurrency?: number
  /**
   * Deadline of one exchange: connection, request, answer and its body. In milliseconds.
   *
   * @defaultValue `10_000`
   */
  readonly requestTimeoutMs?: number
  /**
   * Send again after a lost answer although the destination would count the event twice. `false` drops such events as
   * `unclear` instead.
   *
   * @defaultValue true
   */
  readonly resendUnclear?: boolean

  /**
   * Most events held for one destination, in flight included.
   *
   * @defaultValue `100_000`
   */
  readonly maxQueueEvents?: number
  /**
   * Most bytes held for one destination, in flight included.
   *
   * @defaultValue `67_108_864`, 64 MiB
   */
  readonly maxQueueBytes?: number
  /**
   * Who gives way when a bound is reached. It is reported as `queue_overflow`; a producer that can wait uses `ready`.
   *
   * @defaultValue `'drop-oldest'`
   */
  readonly overflow?: 'drop-oldest' | 'drop-newest'
  /**
   * Age at which an undelivered event is given up, in milliseconds.
   *
   * @defaultValue `86_400_000`, 24 hours
   */
  readonly maxAgeMs?: number
  /**
   * Most bytes of an event's properties (and of `identify`'s traits), as UTF-8 JSON.
   *
   * @defaultValue `32_768`
   */
  readonly maxPropertiesBytes?: number

  /**
   * Enriches, redacts or drops an event before it is encoded; several run in order. They get a copy of what the caller
   * passed. `null` drops the event; one that throws drops it too, since a redaction that failed must not leak.
   */
  readonly onCapture?: CaptureHook | readonly CaptureHook[]
  /** Names of properties and traits that never leave, at any depth. */
  readonly propertyDenylist?: readonly string[]

  /** Keeps events on disk until they have left. Node and Bun only. Off unless given. */
  readonly spool?: SpoolOptions

  /** Carries requests in place of the runtime's own transport. */
  readonly transport?: Transport
  /**
   * Flush when a script simply ends (`beforeExit`). Fires neither on `process.exit()` nor on signals.
   *
   * @defaultValue true
   */
  readonly flushOnExit?: boolean
  /**
   * Signals to flush on, for example `['SIGTERM']`. When nobody else listens for the signal, the client shuts down and
   * the signal then takes its usual effect; otherwise ending the process is the other listener's business.
   *
   * @defaultValue none
   */
  readonly handleSignals?: readonly NodeJS.Signals[]
}

/** The options with their defaults. */
export interface Config {
  readonly destinations: readonly [Destination, ...Destination[]]
  readonly flushAt: number
  readonly flushIntervalMs: number
  readonly concurrency: number
  readonly requestTimeoutMs: number
  readonly resendUnclear: boolean
  readonly maxQueueEvents: number
  readonly maxQueueBytes: number
  readonly overflow: 'drop-oldest' | 'drop-newest'
  readonly maxAgeMs: number
  readonly maxPropertiesBytes: number
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function resolveConfig(options: ServerClientOptions<EventCatalogue>): Config {
  return {
    destinations: resolveDestinations(options),
    flushAt: atLeastOne(options, 'flushAt', 50),
    flushIntervalMs: atLeastOne(options, 'flushIntervalMs', 2_000),
    concurrency: atLeastOne(options, 'concurrency', 4),
    requestTimeoutMs: atLeastOne(options, 'requestTimeoutMs', 10_000),
    resendUnclear: options.resendUnclear ?? true,
    maxQueueEvents: atLeastOne(options, 'maxQueueEvents', 100_000),
    maxQueueBytes: atLeastOne(options, 'maxQueueBytes', 67_108_864),
    overflow: options.overflow ?? 'drop-oldest',
    maxAgeMs: atLeastOne(options, 'maxAgeMs', 86_400_000),
    maxPropertiesBytes: atLeastOne(options, 'maxPropertiesBytes', LIMITS.propertiesBytes),
  }
}

function resolveDestinations({
  key,
  host,
  destination,
  destinations,
}: ServerClientOptions<EventCatalogue>): Config['destinations'] {
  const native = key !== undefined || host !== undefined
  if (Number(native) + Number(destination !== undefined) + Number(destinations !== undefined) !== 1) {
    throw invalid('give either key and host, or destination, or destinations')
  }
  if (destination) return [destination]
  if (!destinations) return [threadline({ key: key ?? '', host: host ?? '' })]
  const [first, ...others] = destinations
  if (!first) throw invalid('destinations is empty')
  if (new Set(destinations.map(({ name }) => name)).size < destinations.length) {
    throw invalid('each of destinations needs a name of its own')
  }
  return [first, ...others]
}

type NumberOption = Exclude<keyof Config, 'destinations' | 'resendUnclear' | 'overflow'>

function atLeastOne(options: ServerClientOptions<EventCatalogue>, name: NumberOption, fallback: number): number {
  const value = options[name] ?? fallback
  if (!Number.isFinite(value) || value < 1) throw invalid(`${name} is a number of at least 1`)
  return value
}

function invalid(message: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `createServerClient: ${message}`)
}
