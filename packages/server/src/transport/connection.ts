import { ThreadlineError } from '@threadline/core'

/** A dispatcher of undici 7 or later, such as an `Agent` or a `ProxyAgent` of your own. */
export interface RequestDispatcher {
  dispatch(options: never, handler: never): boolean
}

/** How connections are made. On Node only; elsewhere the runtime's own `fetch` makes them. */
export interface ConnectionOptions {
  /**
   * Authorities to trust in place of the usual ones, as PEM: for a collector whose certificate is signed by your own.
   * `NODE_EXTRA_CA_CERTS` trusts more in the whole process.
   */
  readonly ca?: string | readonly string[] | undefined
  /** Carries the requests in place of the client's own pool. You close it; `ca` and the proxy variables are its business. */
  readonly dispatcher?: RequestDispatcher | undefined
}

/**
 * For runtimes that make connections by `fetch`.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function refuseConnectionOptions({ ca, dispatcher }: ConnectionOptions): void {
  if (ca === undefined && dispatcher === undefined) return
  throw new ThreadlineError(
    'invalid_config',
    'createServerClient: ca and dispatcher work on Node only: pass a transport',
  )
}
