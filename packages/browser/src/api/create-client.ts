import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import type { BrowserConfig } from '../contract/config.ts'
import type { Part } from '../contract/instance.ts'
import { persistence } from '../delivery/persistence.ts'
import { start } from '../instance/start.ts'
import { development } from '../page/development.ts'
import { pageviews } from '../page/pageviews.ts'
import { type BrowserClient, type TypedConfig, toClient } from './client.ts'

// Replaced by bundlers; absent where a module is loaded from a plain script tag.
declare const process: { readonly env: { readonly NODE_ENV?: string } } | undefined

/** The parts of every client. A function: a bundler cannot tell that an array it builds as a constant is not needed. */
export function standardParts(): readonly Part[] {
  const own = [persistence, pageviews]
  return typeof process === 'object' && process.env.NODE_ENV !== 'production' ? [development, ...own] : own
}

/**
 * Starts a client and returns it as an object. A page has one client for each service, key and cookie name: if one runs already,
 * started here or by `init`, this returns that one, with the configuration it was started with.
 *
 * @throws ThreadlineError `invalid_config` without a key and host or a destination, `secret_key_in_browser` for a
 * destination that carries a secret.
 */
export function createBrowserClient<Catalogue extends EventCatalogue>(
  config: TypedConfig<Catalogue>,
): BrowserClient<Catalogue>
export function createBrowserClient(config: BrowserConfig): BrowserClient
export function createBrowserClient(config: BrowserConfig): BrowserClient<StandardCatalogue> {
  return toClient(start(config, standardParts()))
}
