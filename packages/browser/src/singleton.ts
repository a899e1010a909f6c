import type { FlushOptions, FlushResult } from '@threadline/core'
import type { JsonObject } from '@threadline/schema'
import type { Capture } from './capture-types.ts'
import { NOTHING_FLUSHED } from './client.ts'
import type { BrowserConfig, ConsentChoice } from './config.ts'
import { MINIMAL_PARTS, STANDARD_PARTS } from './create-client.ts'
import { createInstance, type Instance, type Part } from './instance.ts'
import * as verbs from './verbs.ts'

// The page's one client as functions. See `BrowserClient` for what each does.

/** Calls that may wait for `init`. */
const MAX_EARLY_CALLS = 500

let instance: Instance | undefined
let early: ((instance: Instance) => void)[] = []

function soon(call: (instance: Instance) => void): void {
  if (instance) call(instance)
  // On a server nothing may pile up: there is no init to come.
  else if (typeof document !== 'undefined' && early.length < MAX_EARLY_CALLS) early.push(call)
}

/**
 * Starts the page's client and plays what was called before. A second call does nothing.
 *
 * @throws ThreadlineError `invalid_config` without a key and host or a destination, `secret_key_in_browser` for a
 * destination that carries a secret.
 */
export function init(config: BrowserConfig): void {
  start(config, STANDARD_PARTS)
}

/** `init` for a client that keeps its queue in memory and captures no pageviews by itself, for fewer bytes. */
export function initMinimal(config: BrowserConfig): void {
  start(config, MINIMAL_PARTS)
}

function start(config: BrowserConfig, parts: readonly Part[]): void {
  instance ??= createInstance(config, parts)
  const calls = early
  early = []
  for (const call of calls) soon(call)
}

export const capture: Capture = (event, ...[properties, options]) =>
  soon((client) => client.capture(event, properties, options))

export const page = (properties?: JsonObject): void => soon((client) => verbs.page(client, properties))

export const identify = (userId: string, traits?: JsonObject): void =>
  soon((client) => verbs.identify(client, userId, traits))

export const alias = (previousId: string): void => soon((client) => verbs.alias(client, previousId))

export const group = (groupId: string, traits?: JsonObject): void =>
  soon((client) => verbs.group(client, groupId, traits))

export const reset = (): void => soon(verbs.reset)

/** The visitor's id; `undefined` before `init`, on a server and after a refusal. */
export const getAnonymousId = (): string | undefined => instance && verbs.getAnonymousId(instance)

export const setAnonymousId = (id: string): void => soon((client) => verbs.setAnonymousId(client, id))

/** The session's id; `undefined` before `init`, on a server and after a refusal. */
export const getSessionId = (): string | undefined => instance && verbs.getSessionId(instance)

export const flush = (options?: FlushOptions): Promise<FlushResult> =>
  instance ? verbs.flush(instance, options) : Promise.resolve(NOTHING_FLUSHED)

export const consent = (choice: ConsentChoice): void => soon((client) => verbs.consent(client, choice))

export const optOut = (): void => soon(verbs.optOut)

export const optIn = (): void => soon(verbs.optIn)

export const hasOptedOut = (): boolean => !!instance && verbs.hasOptedOut(instance)

export const storage = (): verbs.StorageState =>
  instance ? verbs.storage(instance) : { cookie: false, localStorage: false }

export const headers = (): Readonly<Record<string, string>> => (instance ? verbs.headers(instance) : {})
