import { isCarriedId } from '@threadline/schema'
import { readCookies } from '../identity/cookies.ts'
import { attempt } from '../platform/attempt.ts'
import { readLocal } from '../platform/local-storage.ts'

/** What RudderStack's client writes before a value that is base64 of JSON. */
const RUDDER_PREFIX = 'RS_ENC_v3_'

function decoded(raw: string): unknown {
  const text = attempt(() => decodeURIComponent(raw)) ?? raw
  const json = text.startsWith(RUDDER_PREFIX) ? attempt(() => atob(text.slice(RUDDER_PREFIX.length))) : text
  return attempt(() => JSON.parse(json ?? '')) ?? json
}

/**
 * Finds the visitor's id of a tracker that does not store it as it is, for `adoptIds`: in quotes (Segment), as a member of a JSON
 * object (PostHog), or encoded (RudderStack, version 3). Cookies come before `localStorage`. What is no usable id is passed over.
 *
 * @param name - Of the cookie or `localStorage` key.
 * @param member - Of the object that is stored there.
 *
 * @example
 * ```ts
 * init({ key, host, adoptIds: [storedId('ajs_anonymous_id'), storedId('rl_anonymous_id')] })
 * ```
 */
export function storedId(name: string, member?: string): () => string | undefined {
  return () =>
    [...readCookies(name), readLocal(name)]
      .map((raw) => {
        const value: unknown = decoded(raw ?? '')
        return member && typeof value === 'object' && value ? Reflect.get(value, member) : value
      })
      .find(isCarriedId)
}
