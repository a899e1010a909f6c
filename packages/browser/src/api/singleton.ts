import { type FlushOptions, type FlushResult, ThreadlineError } from '@threadline/core'
import type { JsonObject } from '@threadline/schema'
import { expectInit, refuseInit } from '#development'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance } from '../contract/instance.ts'
import type { ConsentChoice } from '../contract/settings.ts'
import type { Running } from '../instance/page-clients.ts'
import { start } from '../instance/start.ts'
import { fromNow } from '../page/moment.ts'
import { attempt } from '../platform/attempt.ts'
import type { Capture } from './capture-types.ts'
import { NOTHING_FLUSHED } from './client.ts'
import { standardParts } from './create-client.ts'
import { safely } from './safely.ts'
import * as verbs from './verbs.ts'

// The page's one client as functions. See `BrowserClient` for what each does.

/** Calls that may wait for `init`. */
const MAX_EARLY_CALLS = 500

let running: Running | undefined
/** Set once the instance has begun; until then calls are collected. */
let begun: Instance | undefined
let early: ((instance: Instance) => void)[] = []
/** Early calls that found no place. */
let lost = 0

/** What cannot be copied cannot be sent either, and is refused later. */
function copyOf<Value>(value: Value): Value {
  return attempt(() => JSON.parse(JSON.stringify(value))) ?? value
}

function soon(verb: (instance: Instance) => void): void {
  if (begun) safely(begun, verb)
  // On a server nothing may pile up: there is no init to come.
  else if (typeof document === 'undefined') return
  else if (early.length < MAX_EARLY_CALLS) {
    if (!running) expectInit()
    early.push(fromNow((client) => safely(client, verb)))
  } else lost += 1
}

/**
 * As given once the instance works; before, a copy: the object may hold something else when the call is played. Callers may pass
 * interfaces of theirs, which the compiler does not take for JSON; encoding finds out.
 */
function kept(value: object | undefined): JsonObject | undefined {
  return (begun ? value : copyOf(value)) as JsonObject | undefined
}

/** The instance, at work: for calls that give something back. */
function now(): Instance | undefined {
  running?.begin()
  return begun
}

function play(started: Instance): void {
  begun = started
  for (const call of early) call(started)
  early = []
  if (lost) started.emit('failed', new ThreadlineError('queue_overflow', `${lost} calls before init`))
}

/**
 * Starts the page's client and plays what was called before. A second call does nothing.
 *
 * Cookies and storage are read in a task of their own, or when the first id is asked for; calls until then are played
 * in their order.
 *
 * @throws ThreadlineError `invalid_config` without a key and host or a destination, `secret_key_in_browser` for a
 * destination that carries a secret.
 */
export function init(config: BrowserConfig): void {
  if (running) {
    refuseInit()
    return
  }
  running = start(config, standardParts(), play)
  running?.signal.addEventListener('abort', () => {
    running = undefined
    begun = undefined
  })
}

export const capture: Capture = (event, ...[properties, options]) => {
  const given = kept(properties)
  soon((client) => client.capture(event, given, options))
}

export const page = (properties?: object): void => {
  const given = kept(properties)
  soon((client) => verbs.page(client, given))
}

export const identify = (userId: verbs.UserId, traits?: object): void => {
  const given = kept(traits)
  soon((client) => verbs.identify(client, userId, given))
}

export const alias = (previousId: verbs.UserId): void => soon((client) => verbs.alias(client, previousId))

export const group = (groupId: verbs.UserId, traits?: object): void => {
  const given = kept(traits)
  soon((client) => verbs.group(client, groupId, given))
}

export const reset = (): void => soon(verbs.reset)

/** The visitor's id; `undefined` before `init`, on a server, while consent is pending and after a refusal. */
export function getAnonymousId(): string | undefined {
  const client = now()
  return client && verbs.getAnonymousId(client)
}

export const setAnonymousId = (id: string): void => soon((client) => verbs.setAnonymousId(client, id))

/** The session's id; `undefined` when there is no visitor's. Asking for it does not keep the session alive. */
export function getSessionId(): string | undefined {
  const client = now()
  return client && verbs.getSessionId(client)
}

export function flush(options?: FlushOptions): Promise<FlushResult> {
  const client = now()
  return client ? verbs.flush(client, options) : Promise.resolve(NOTHING_FLUSHED)
}

export const consent = (choice: ConsentChoice): void => soon((client) => verbs.consent(client, choice))

export const optOut = (): void => soon(verbs.optOut)

export const optIn = (): void => soon(verbs.optIn)

export function hasOptedOut(): boolean {
  return typeof document !== 'undefined' && verbs.hasOptedOut()
}

export function storage(): verbs.StorageState {
  const client = now()
  return client ? verbs.storage(client) : verbs.NOWHERE
}

/**
 * Takes the page's client down: see `BrowserClient`. `init` may start another one; calls until then wait for it.
 */
export const destroy = (): void => running && verbs.destroy(running)

export function headers(): Readonly<Record<string, string>> {
  const client = now()
  return client ? verbs.headers(client) : {}
}
