import { ThreadlineError } from '@threadline/core'
import type { JsonObject } from '@threadline/schema'
import type { Instance, Part } from '../contract/instance.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'

const STORAGE_KEY = 'tl_properties'

/** Longest JSON of all global properties, in characters: they travel with every event. */
const MAX_LENGTH = 4_000

/** System events whose properties are identities. */
const IDENTITIES: readonly string[] = ['$identify', '$alias', '$group']

/** Properties that go with every event. */
export interface GlobalProperties {
  /** To be given to the client: `parts: [globals.part]`. */
  readonly part: Part
  /**
   * Adds properties to every event from now on, also on later pages. Those of the same name are replaced; `undefined` removes
   * one. What is no JSON, or makes more than 4 000 characters of it, changes nothing and is told to `onError`.
   */
  set(properties: JsonObject): void
  /** Removes all of them. */
  clear(): void
}

/** What is stored: the properties, and whose they are. */
interface Stored {
  readonly of?: string
  readonly properties?: JsonObject
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readStored(): Stored {
  const stored: unknown = attempt(() => JSON.parse(readLocal(STORAGE_KEY) ?? ''))
  return isObject(stored) && isObject(stored['properties']) ? stored : {}
}

/**
 * Makes properties that are set once and go with every event: a plan, a version, an experiment. The event's own win.
 *
 * They are kept in `localStorage` where storage is allowed, and belong to the visitor: after `reset`, here or in another tab,
 * they are gone. `$identify`, `$alias` and `$group` go without them.
 *
 * @example
 * ```ts
 * const globals = globalProperties({ app_version: '2.1.0' })
 * init({ key, host, parts: [globals.part] })
 * globals.set({ plan: 'pro' })
 * ```
 */
export function globalProperties(initial: JsonObject = {}): GlobalProperties {
  let own = initial
  /** The visitor that `own` was set for; undefined until there is one. */
  let of: string | undefined
  let instance: Instance | undefined
  let isAllowed = false

  /** What is stored now, since other tabs set properties too, unless it was set for somebody else. */
  function current(anonymousId: string | undefined): JsonObject {
    const stored = isAllowed ? readStored() : {}
    if (stored.of === anonymousId && stored.properties) own = stored.properties
    else if (of !== undefined && of !== anonymousId) own = initial
    of = anonymousId
    return own
  }

  function keep(properties: JsonObject): void {
    own = properties
    if (isAllowed) writeLocal(STORAGE_KEY, JSON.stringify({ of, properties }))
  }

  function visitor(): string | undefined {
    return instance?.identity.read(clock.now()).anonymousId
  }

  return {
    part(started) {
      instance = started
      return {
        enrich({ event, anonymousId, properties }) {
          return IDENTITIES.includes(event) ? undefined : { properties: { ...current(anonymousId), ...properties } }
        },
        allowed() {
          isAllowed = true
          const id = visitor()
          const stored = readStored()
          // What was set on this page before is newer. The id may have become another since.
          of = id
          keep({ ...(stored.of === id && stored.properties), ...own })
        },
        refused() {
          isAllowed = false
          writeLocal(STORAGE_KEY, '')
        },
      }
    },
    set(properties) {
      const merged = { ...(isAllowed ? current(visitor()) : own), ...properties }
      const json = attempt(() => JSON.stringify(merged))
      if (json && json.length <= MAX_LENGTH) keep(JSON.parse(json))
      else
        instance?.emit(
          'failed',
          new ThreadlineError('props_too_large', 'global properties: no JSON, or too much of it'),
        )
    },
    clear() {
      keep({})
    },
  }
}
