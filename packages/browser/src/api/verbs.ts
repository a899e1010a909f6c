import {
  type Flushable,
  type FlushOptions,
  type FlushResult,
  flushQueue,
  type Outcome,
  ThreadlineError,
} from '@threadline/core'
import { ID_NAME, isCarriedId, isUsableId, type JsonObject, uuidv7 } from '@threadline/schema'
import type { Hooks } from '../contract/hooks.ts'
import type { Instance } from '../contract/instance.ts'
import type { ConsentChoice } from '../contract/settings.ts'
import { DENIED, hasSignal, OPTED_OUT, readRefusal, toConsent, writeRefusal } from '../identity/consent.ts'
import { readCookies } from '../identity/cookies.ts'
import type { Running } from '../instance/page-clients.ts'
import { soundFields } from '../instance/sound-fields.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { readLocal } from '../platform/local-storage.ts'

// What a client can do besides capturing. Functions of the instance, so that a bundle carries only those it calls.

export function page({ capture }: Instance, properties?: JsonObject): void {
  capture('$pageview', properties)
}

export function identify(instance: Instance, userId: UserId, traits?: JsonObject): void {
  const id = toId(instance, 'identify', userId)
  if (!id) return
  instance.identity.become({ userId: id })
  // A getter of the page's may throw; encoding will find out too, and say so.
  const email = attempt(() => traits?.['email'])
  instance.capture('$identify', undefined, { traits, ...(typeof email === 'string' && { email }) })
}

export function alias(instance: Instance, previousId: UserId): void {
  const id = toId(instance, 'alias', previousId)
  if (id) instance.capture('$alias', { previousId: id })
}

export function group(instance: Instance, groupId: UserId, traits?: JsonObject): void {
  const id = toId(instance, 'group', groupId)
  if (id) instance.capture('$group', soundFields(instance.emit, '$group', { groupId: id, traits }))
}

/** An integer as the string it is sent as, since many databases have such ids; what is no id is refused, and said so. */
function toId(instance: Instance, verb: 'identify' | 'alias' | 'group', id: unknown): string | undefined {
  const text = typeof id === 'bigint' || Number.isSafeInteger(id) ? String(id) : id
  if (isUsableId(text)) return text
  const rule = 'Pass a string of 1 to 200 characters that stands for one alone, or an integer.'
  return refuse(instance, { name: `$${verb}`, call: verb, id, rule })
}

function refuse(
  { emit }: Instance,
  { name, call, id, rule }: { readonly [Part in 'name' | 'call' | 'rule']: string } & { readonly id: unknown },
): undefined {
  const got = String(attempt(() => String(id)) ?? typeof id).slice(0, 50)
  emit('dropped', { eventId: '', event: name }, 'invalid_id')
  emit('failed', new ThreadlineError('invalid_id', `${call}: ${typeof id} ${got} is not an id. ${rule}`))
}

export function reset({ identity, emit }: Instance): void {
  // Set, not left to be made: making one would take over another tracker's id, that of the user who leaves.
  emit('changed', identity.forget(uuidv7()))
}

export function getAnonymousId({ identity, mayTrack }: Instance): string | undefined {
  return mayTrack() ? identity.read(clock.now()).anonymousId : undefined
}

export function setAnonymousId(instance: Instance, id: string): void {
  const rule = 'Pass 8 to 200 of A-Z a-z 0-9 _ . : -'
  if (!isCarriedId(id)) {
    refuse(instance, { name: 'setAnonymousId', call: 'setAnonymousId', id, rule })
    return
  }
  const { anonymousId } = instance.identity.read(clock.now())
  instance.identity.become({ anonymousId: id })
  if (id !== anonymousId) instance.emit('changed', anonymousId)
}

export function getSessionId({ identity, mayTrack }: Instance): string | undefined {
  return mayTrack() ? identity.read(clock.now()).sessionId : undefined
}

export function flush({ queue, hooks, closeView }: Instance, options?: FlushOptions): Promise<FlushResult> {
  const { held, wake } = queue
  closeView()
  const waited = new Set<object>(held())
  const result = { delivered: 0, duplicates: 0, dropped: 0 }
  const flushable: Flushable = {
    lastError: undefined,
    wake,
    wait({ settled, stopped }) {
      const left = (item: object, kind: Outcome['kind']): void => {
        if (!waited.delete(item)) return
        result[kind === 'dropped' ? kind : 'delivered'] += 1
        if (kind === 'duplicate') result.duplicates += 1
        if (!waited.size) settled(result)
      }
      const watching: Hooks = { delivered: left, dropped: (event) => left(event, 'dropped'), stopped }
      hooks.add(watching)
      if (!waited.size) settled(result)
      return {
        left: () => ({
          count: waited.size,
          eventIds: held().flatMap((item) => (waited.has(item) ? item.eventId : [])),
        }),
        cancel: () => hooks.delete(watching),
      }
    },
  }
  return flushQueue(flushable, clock, options)
}

/** Sends what can be sent, then takes everything down. What is stored is left to the next client. */
export function destroy({ signal, begin, end }: Running): void {
  const instance = begin()
  if (instance && !signal.aborted) {
    instance.hide()
    // Without consent it is stored nowhere, and the next client has to count this page.
    if (!instance.mayTrack()) {
      instance.memory.seen = undefined
      for (const item of instance.queue.clear()) instance.emit('dropped', item, 'closed')
    }
  }
  end()
}

export function consent(instance: Instance, choice: ConsentChoice): void {
  instance.consent = toConsent(choice, instance.emit, hasSignal(instance.config))
  const { analytics } = instance.consent
  // Only an answer takes back another one, and an opt-out is for `optIn` to take back.
  if (analytics !== undefined && !hasOptedOut()) writeRefusal(instance.config, analytics ? '' : DENIED)
  instance.mayTrack()
}

export function optOut({ config, mayTrack }: Instance): void {
  writeRefusal(config, OPTED_OUT)
  mayTrack()
}

export function optIn(instance: Instance): void {
  writeRefusal(instance.config, '')
  consent(instance, 'granted')
}

export function hasOptedOut(): boolean {
  return !['', DENIED].includes(readRefusal())
}

export function storage({ config, identity, mayTrack }: Instance): StorageState {
  if (!mayTrack()) return NOWHERE
  const { anonymousId } = identity.read(clock.now())
  const { cookieName = ID_NAME, storageKey = cookieName } = config
  return {
    cookie: readCookies(cookieName).includes(anonymousId),
    localStorage: readLocal(storageKey) === anonymousId,
  }
}

/** Where the visitor's id is. In neither: in memory, for as long as the page lives. */
export interface StorageState {
  readonly cookie: boolean
  readonly localStorage: boolean
}

/** Where the id is on a server, and while nothing may be stored. */
export const NOWHERE: StorageState = { cookie: false, localStorage: false }

/** Whatever stands for a user, a company or a team in the app's database. Integers are sent as their decimal strings. */
export type UserId = string | number | bigint

export function headers(instance: Instance): Readonly<Record<string, string>> {
  const anonymousId = getAnonymousId(instance)
  const sessionId = getSessionId(instance)
  return {
    ...(anonymousId && { 'x-threadline-anonymous-id': anonymousId }),
    ...(sessionId && { 'x-threadline-session-id': sessionId }),
  }
}
