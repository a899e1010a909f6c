import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import { type BrowserClient, type TypedConfig, toClient } from './client.ts'
import type { BrowserConfig } from './config.ts'
import type { Part } from './instance.ts'
import { development } from './parts/development.ts'
import { pageviews } from './parts/pageviews.ts'
import { persistence } from './parts/persistence.ts'
import { start } from './start.ts'

// Replaced by bundlers; absent where a module is loaded from a plain script tag.
declare const process: { readonly env: { readonly NODE_ENV?: string } } | undefined

// Functions, not constants: a bundler cannot tell that an array it builds is not needed.

/** What every client has. */
export function minimalParts(): readonly Part[] {
  return typeof process === 'object' && process.env.NODE_ENV !== 'production' ? [development] : []
}

/** What a client has unless it was made with fewer. */
export function standardParts(): readonly Part[] {
  return [...minimalParts(), persistence, pageviews]
}

/**
 * Makes a client of its own, beside the one that `init` makes.
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

/**
 * Makes a client that keeps its queue in memory and captures no pageviews by itself, for fewer bytes.
 *
 * Add either with `parts: [persistence]`, `parts: [pageviews]`. `initMinimal` takes fewer still: a client has every verb.
 */
export function createMinimalClient<Catalogue extends EventCatalogue>(
  config: TypedConfig<Catalogue>,
): BrowserClient<Catalogue>
export function createMinimalClient(config: BrowserConfig): BrowserClient
export function createMinimalClient(config: BrowserConfig): BrowserClient<StandardCatalogue> {
  return toClient(start(config, minimalParts()))
}
