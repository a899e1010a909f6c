import { type Flushable, type FlushOptions, type FlushResult, flushQueue, type Outcome } from '@threadline/core'
import { isCarriedId, isUsableId, type JsonObject, uuidv7 } from '@threadline/schema'
import type { Hooks } from '../contract/hooks.ts'
import type { Instance } from '../contract/instance.ts'
import type { ConsentChoice } from '../contract/settings.ts'
import { OPTED_OUT, toConsent } from '../identity/consent.ts'
import { readCookies } from '../identity/cookies.ts'
import { ID_NAME } from '../identity/identity.ts'
import { createMirror } from '../identity/mirror.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { readLocal } from '../platform/local-storage.ts'

// What a client can do besides capturing. Functions of the instance, so that a bundle carries only those it calls.

export function page({ capture }: Instance, properties?: JsonObject): void {
  capture('$pageview', properties)
}

export function identify({ capture, identity, emit }: Instance, userId: string, traits?: JsonObject): void {
  if (!isUsableId(userId)) {
    emit('dropped', { eventId: '', event: '$identify' }, 'invalid_id')
    return
  }
  identity.become({ userId })
  // A getter of the page's may throw; encoding will find out too, and say so.
  const email = attempt(() => traits?.['email'])
  capture('$identify', undefined, { traits, ...(typeof email === 'string' && { email }) })
}

export function alias({ capture, emit }: Instance, previousId: string): void {
  if (isUsableId(previousId)) capture('$alias', { previousId })
  else emit('dropped', { eventId: '', event: '$alias' }, 'invalid_id')
}

export function group({ capture, emit }: Instance, groupId: string, traits?: JsonObject): void {
  if (isUsableId(groupId)) capture('$group', { groupId, traits })
  else emit('dropped', { eventId: '', event: '$group' }, 'invalid_id')
}

export function reset({ identity }: Instance): void {
  identity.forget()
  // Set, not left to be made: making one would take over another tracker's id, that of the user who leaves.
  identity.become({ anonymousId: uuidv7() })
}

export function getAnonymousId({ identity, consent }: Instance): string | undefined {
  return consent?.analytics === false ? undefined : identity.touch(clock.now()).anonymousId
}

export function setAnonymousId({ identity, emit }: Instance, id: string): void {
  if (isCarriedId(id)) identity.become({ anonymousId: id })
  else emit('dropped', { eventId: '', event: 'setAnonymousId' }, 'invalid_id')
}

export function getSessionId({ identity, consent }: Instance): string | undefined {
  return consent?.analytics === false ? undefined : identity.touch(clock.now()).sessionId
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

export function consent(instance: Instance, choice: ConsentChoice): void {
  instance.consent = toConsent(choice)
  instance.consentChanged()
}

export function optOut(instance: Instance): void {
  consent(instance, 'denied')
  createMirror(instance.config, OPTED_OUT).write('opted_out')
}

export function optIn(instance: Instance): void {
  createMirror(instance.config, OPTED_OUT).write('')
  consent(instance, 'granted')
}

export function hasOptedOut({ config }: Instance): boolean {
  return !!createMirror(config, OPTED_OUT).read()
}

export function storage({ config, identity }: Instance): StorageState {
  const { anonymousId } = identity.touch(clock.now())
  return {
    cookie: readCookies(config.cookieName ?? ID_NAME)[0] === anonymousId,
    localStorage: readLocal(config.storageKey ?? ID_NAME) === anonymousId,
  }
}

/** Where the visitor's id is. In neither: in memory, for as long as the page lives. */
export interface StorageState {
  readonly cookie: boolean
  readonly localStorage: boolean
}

export function headers(instance: Instance): Readonly<Record<string, string>> {
  const anonymousId = getAnonymousId(instance)
  const sessionId = getSessionId(instance)
  return {
    ...(anonymousId && { 'x-threadline-anonymous-id': anonymousId }),
    ...(sessionId && { 'x-threadline-session-id': sessionId }),
  }
}
