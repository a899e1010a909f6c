import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import { developmentParts } from '#development'
import type { BrowserConfig } from '../contract/config.ts'
import type { Part } from '../contract/instance.ts'
import { start } from '../instance/start.ts'
import { pageviews } from '../page/pageviews.ts'
import { type BrowserClient, type TypedConfig, toClient } from './client.ts'

/** The parts of every client. A function: a bundler cannot tell that an array it builds as a constant is not needed. */
export function standardParts(): readonly Part[] {
  return [...developmentParts(), pageviews]
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
