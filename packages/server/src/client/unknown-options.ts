import type { EventCatalogue } from '@threadline/schema'
import { shown } from '../capture/printable.ts'
import type { ServerClientOptions } from './options.ts'

type Options = ServerClientOptions<EventCatalogue>

/** Every option: one that is missing here is a type error. */
const NAMES: { readonly [Option in keyof Required<Options>]: true } = {
  ca: true,
  concurrency: true,
  destination: true,
  destinations: true,
  dispatcher: true,
  enabled: true,
  events: true,
  flushAt: true,
  flushIntervalMs: true,
  flushOnExit: true,
  gzip: true,
  handleSignals: true,
  headers: true,
  host: true,
  key: true,
  maxAgeMs: true,
  maxPropertiesBytes: true,
  maxQueueBytes: true,
  maxQueueEvents: true,
  onCapture: true,
  onDelivered: true,
  onDrop: true,
  onError: true,
  overflow: true,
  propertyDenylist: true,
  requestTimeoutMs: true,
  resendUnclear: true,
  spool: true,
  strict: true,
  transport: true,
  validate: true,
}

/** Names in a message: enough to see what happened. */
const MOST_TOLD = 5

/** Names shorter than this are like too many others. */
const SHORTEST_ALIKE = 4

/**
 * A sentence about options that there are not, with the ones that are probably meant; `undefined` when there are none. They change
 * nothing, so they are told of and not refused: an app that was written for another version starts all the same.
 */
export function unknownOptions(options: Options): string | undefined {
  const unknown = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || Object.hasOwn(NAMES, name) ? [] : [name],
  )
  if (unknown.length === 0) return undefined
  return `createServerClient: there is no option ${unknown.slice(0, MOST_TOLD).map(withAdvice).join(', ')}`
}

function withAdvice(name: string): string {
  const meant = Object.keys(NAMES).find((known) => isAlike(known.toLowerCase(), name.toLowerCase()))
  return meant === undefined ? shown(name) : `${shown(name)} (did you mean ${meant}?)`
}

/** One begins with the other, as `flushInterval` and `flushIntervalMs`, `flushat` and `flushAt`. */
function isAlike(known: string, name: string): boolean {
  return name.length >= SHORTEST_ALIKE && (known.startsWith(name) || name.startsWith(known))
}
