import { ThreadlineError } from '@threadline/core'
import { LIMITS } from '@threadline/schema'
import { shown } from '../capture/printable.ts'

/** When events are sent, and how much is held meanwhile. */
export interface DeliveryOptions {
  /**
   * Waiting events that start a send. A trigger, not a cap: a send takes everything that waits, up to the destination's
   * limits. With 1, what is captured in one tick still shares a request. At a few events a second `flushIntervalMs` sends
   * before; at thousands a second small batches cost more than all else that a client does.
   *
   * @defaultValue `200`
   */
  readonly flushAt?: number | undefined
  /**
   * Longest an event waits before a send starts, in milliseconds.
   *
   * @defaultValue `2_000`
   */
  readonly flushIntervalMs?: number | undefined
  /**
   * Requests in flight at once to one destination, and so connections. While it fails it is one.
   *
   * @defaultValue `4`
   */
  readonly concurrency?: number | undefined
  /**
   * Deadline of one exchange: connection, request, answer and its body. In milliseconds.
   *
   * @defaultValue `10_000`
   */
  readonly requestTimeoutMs?: number | undefined
  /**
   * Send again after a lost answer although the destination would count the event twice. `false` drops such events as
   * `unclear` instead.
   *
   * @defaultValue true
   */
  readonly resendUnclear?: boolean | undefined

  /**
   * Most events held for one destination, in flight included.
   *
   * @defaultValue `100_000`
   */
  readonly maxQueueEvents?: number | undefined
  /**
   * Most bytes held for one destination, in flight included.
   *
   * @defaultValue `67_108_864`, 64 MiB
   */
  readonly maxQueueBytes?: number | undefined
  /**
   * Who gives way when a bound is reached. It is reported as `queue_overflow`; a producer that can wait uses `ready`.
   *
   * @defaultValue `'drop-oldest'`
   */
  readonly overflow?: 'drop-oldest' | 'drop-newest' | undefined
  /**
   * Age at which an undelivered event is given up, in milliseconds. Each gets one try whatever its age: what a spool holds
   * may be older, and so may what a process holds that was stopped.
   *
   * @defaultValue `86_400_000`, 24 hours
   */
  readonly maxAgeMs?: number | undefined
  /**
   * Most bytes of an event's properties (and of `identify`'s traits), as UTF-8 JSON.
   *
   * @defaultValue `32_768`
   */
  readonly maxPropertiesBytes?: number | undefined
}

/** The options with their defaults. */
export type DeliveryConfig = { readonly [Name in keyof DeliveryOptions]-?: Exclude<DeliveryOptions[Name], undefined> }

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function resolveDelivery(options: DeliveryOptions): DeliveryConfig {
  return {
    flushAt: atLeastOne(options, 'flushAt', 200),
    flushIntervalMs: atLeastOne(options, 'flushIntervalMs', 2_000),
    concurrency: atLeastOne(options, 'concurrency', 4),
    requestTimeoutMs: atLeastOne(options, 'requestTimeoutMs', 10_000),
    resendUnclear: options.resendUnclear ?? true,
    maxQueueEvents: atLeastOne(options, 'maxQueueEvents', 100_000),
    maxQueueBytes: atLeastOne(options, 'maxQueueBytes', 67_108_864),
    overflow: overflowOf(options),
    maxAgeMs: atLeastOne(options, 'maxAgeMs', 86_400_000),
    maxPropertiesBytes: atLeastOne(options, 'maxPropertiesBytes', LIMITS.propertiesBytes),
  }
}

type NumberOption = Exclude<keyof DeliveryConfig, 'resendUnclear' | 'overflow'>

function atLeastOne(options: DeliveryOptions, name: NumberOption, fallback: number): number {
  const value: unknown = options[name] ?? fallback
  if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return value
  const isText = typeof value === 'string' && Number(value) >= 1
  const mend = isText ? `: write Number(${shown(value)}), an environment variable is text` : ''
  throw invalid(`${name} must be a number of at least 1, got ${shown(value)}${mend}`)
}

function overflowOf({ overflow = 'drop-oldest' }: DeliveryOptions): DeliveryConfig['overflow'] {
  if (overflow === 'drop-oldest' || overflow === 'drop-newest') return overflow
  throw invalid(`overflow must be 'drop-oldest' or 'drop-newest', got ${shown(overflow)}`)
}

function invalid(message: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `createServerClient: ${message}`)
}
