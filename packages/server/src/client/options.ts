import { type Destination, ThreadlineError } from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import type { CaptureOptions } from '../capture/options.ts'
import { shown } from '../capture/printable.ts'
import { type DeliveryConfig, type DeliveryOptions, resolveDelivery } from '../delivery/options.ts'
import { type RequestOptions, withRequestOptions } from '../delivery/request-options.ts'
import type { ReportHooks } from '../reports/reports.ts'
import type { SpoolOptions } from '../spool/options.ts'
import type { ConnectionOptions } from '../transport/connection.ts'
import type { Transport } from '../transport/transport.ts'

/** A signal that ends a process. Not Node's own type, which only projects with `@types/node` have. */
export type HandledSignal = 'SIGBREAK' | 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGTERM' | 'SIGUSR1' | 'SIGUSR2'

/** Options of `createServerClient`. Name a destination by `key` and `host`, by `destination`, or by `destinations`. */
export interface ServerClientOptions<Catalogue extends EventCatalogue = StandardCatalogue>
  extends CaptureOptions<Catalogue>,
    DeliveryOptions,
    RequestOptions,
    ConnectionOptions,
    ReportHooks {
  /**
   * Whether anything is captured. With `false` every method does nothing, and says nothing.
   *
   * @defaultValue `true`
   */
  readonly enabled?: boolean | undefined
  /**
   * Secret key of a Threadline collector, `sk_…`. Together with `host`. Without one, blank or `undefined` as a variable
   * is that was not set, the client does nothing but warn at its first use, so that a build needs no secrets.
   */
  readonly key?: string | undefined
  /** Origin of a Threadline collector, such as `https://events.example.com`. Together with `key`. */
  readonly host?: string | undefined
  /** Where events go, when not to a Threadline collector by `key` and `host`. */
  readonly destination?: Destination | undefined
  /** Several places, each with a queue of its own: a slow one delays no other. */
  readonly destinations?: readonly Destination[] | undefined

  /** Keeps events on disk until they have left. Node and Bun only. Off unless given. */
  readonly spool?: SpoolOptions | undefined

  /** Carries requests in place of the runtime's own transport. */
  readonly transport?: Transport | undefined
  /**
   * Flush when a script simply ends (`beforeExit`), for 2 seconds where the endpoint fails, and report what is still held
   * when the process ends (`exit`). Fires neither on signals nor on `kill -9`; `process.exit()` leaves no time to flush.
   *
   * @defaultValue true
   */
  readonly flushOnExit?: boolean | undefined
  /**
   * Signals to flush on, for example `['SIGTERM']`. When the app does not listen for the signal itself, all clients shut
   * down and the signal then takes its usual effect; a second one ends the process at once. Otherwise ending the process
   * is the app's business.
   *
   * @defaultValue none
   */
  readonly handleSignals?: readonly HandledSignal[] | undefined
}

/** Where the client delivers, and how. */
export interface Config extends DeliveryConfig {
  readonly destinations: readonly Destination[]
}

/** Why a client with these options does nothing; `undefined` when it works. */
export function reasonToRest(options: ServerClientOptions<EventCatalogue>): 'enabled is false' | 'no key' | undefined {
  if (options.enabled === false) return 'enabled is false'
  const elsewhere = options.destination !== undefined || options.destinations !== undefined
  const isBlank = options.key === undefined ? 'key' in options || options.host !== undefined : isBlankText(options.key)
  return isBlank && !elsewhere ? 'no key' : undefined
}

function isBlankText(text: unknown): boolean {
  return typeof text === 'string' && text.trim() === ''
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function resolveConfig(options: ServerClientOptions<EventCatalogue>): Config {
  const destinations = withRequestOptions(resolveDestinations(options), options)
  if (!options.transport) for (const destination of destinations) checkAddress(destination)
  else if (options.ca || options.dispatcher)
    throw invalid('ca and dispatcher belong to the own transport: leave out transport')
  return { ...resolveDelivery(options), destinations }
}

/** A path of the page's own origin is an address to a browser only. */
function checkAddress(destination: Destination): void {
  const { url } = destination.request([{ eventId: 'check', body: '{}' }], { now: 0, attempt: 1 })
  if (!url.startsWith('/')) return
  // A query may hold a key.
  const path = url.replace(/[?#].*/s, '')
  throw invalid(`${destination.name}: ${shown(path)} has no host: on a server, write the whole address, https://…`)
}

function resolveDestinations({
  key,
  host,
  destination,
  destinations,
}: ServerClientOptions<EventCatalogue>): readonly Destination[] {
  const native = key !== undefined || host !== undefined
  if (Number(native) + Number(destination !== undefined) + Number(destinations !== undefined) !== 1) {
    throw invalid('give either key and host, or destination, or destinations')
  }
  if (destination) return [destination]
  if (!destinations) return [threadline({ key: key ?? '', host: host ?? '' })]
  if (destinations.length === 0) throw invalid('destinations is empty')
  if (new Set(destinations.map(({ name }) => name)).size < destinations.length) {
    throw invalid('each of destinations needs a name of its own')
  }
  return destinations
}

function invalid(message: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `createServerClient: ${message}`)
}
