import type { FlushOptions, FlushResult } from '@threadline/core'
import type { EventCatalogue, JsonObject, StandardCatalogue } from '@threadline/schema'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance } from '../contract/instance.ts'
import type { ConsentChoice } from '../contract/settings.ts'
import type { Running } from '../instance/page-clients.ts'
import type { Capture, StandardVerbs } from './capture-types.ts'
import { safely } from './safely.ts'
import { standardVerbs } from './standard-verbs.ts'
import * as verbs from './verbs.ts'

/** What `flush` resolves with where there is nothing to wait for. */
export const NOTHING_FLUSHED: FlushResult = { delivered: 0, duplicates: 0, dropped: 0 }

/** One visitor, one queue. On a server every call does nothing, and ids are `undefined`. */
export interface BrowserClient<Catalogue extends EventCatalogue = StandardCatalogue> extends StandardVerbs<Catalogue> {
  readonly capture: Capture<Catalogue>
  /** Captures `$pageview` for the current address. Only needed with `pageviews: false`. */
  page(properties?: object): void
  /**
   * Says who the visitor is from now on, and links the anonymous id to it. An integer becomes its decimal string; ids such
   * as `null` or `guest` are refused, of which `onError` is told.
   */
  identify(userId: verbs.UserId, traits?: object): void
  /** Says that `previousId`, an id from elsewhere, was this visitor too. */
  alias(previousId: verbs.UserId): void
  /** Says that the visitor belongs to a company, team or account. */
  group(groupId: verbs.UserId, traits?: object): void
  /** Forgets user, visitor and session, and starts as somebody new. Call it at sign-out: computers are shared. */
  reset(): void
  /** The visitor's id; `undefined` on a server, while consent is pending and after a refusal. */
  getAnonymousId(): string | undefined
  /** Sets an id that a server owns: 8 to 200 of `A-Z a-z 0-9 _ . : -`. Any other is refused. */
  setAnonymousId(id: string): void
  /**
   * The session's id; `undefined` when there is no visitor's. It ends after 30 minutes without an event, however often it
   * is asked for, and after 24 hours.
   */
  getSessionId(): string | undefined
  /** Sends what is queued. Resolves when all captured before has left the queue; rejects with `FlushError`. */
  flush(options?: FlushOptions): Promise<FlushResult>
  /**
   * Says what the visitor chose, at any time. A grant sends what was held. A refusal wipes the browser's storage, and holds
   * in every tab and on every later page until another answer; of an opt-out only `optIn` takes it back.
   */
  consent(choice: ConsentChoice): void
  /** Refuses for good: for the whole site, in every tab, and stronger than `consent`. */
  optOut(): void
  /** Takes `optOut` back, and grants. */
  optIn(): void
  hasOptedOut(): boolean
  /** Where the visitor's id is kept at this moment. */
  storage(): verbs.StorageState
  /**
   * Takes the client down: listeners, timers, locks, what it changed in `history`, and its parts. What is queued is sent as
   * on leaving a page; what does not arrive is stored, and sent by the next client. Calls after it capture nothing.
   */
  destroy(): void
  /** Headers that hand the visitor over to the site's own server: `fetch('/api', { headers: headers() })`. */
  headers(): Readonly<Record<string, string>>
}

/** Callers may pass interfaces of theirs, which the compiler does not take for JSON; encoding finds out. */
function json(value: object | undefined): JsonObject | undefined {
  return value as JsonObject | undefined
}

/**
 * The public face of an instance. Whatever is called first has it begin; while the page is prerendered, calls wait and there
 * are no ids.
 */
export function toClient<Catalogue extends EventCatalogue>(running: Running | undefined): BrowserClient<Catalogue> {
  function call<Result>(verb: (instance: Instance) => Result, otherwise: Result): Result {
    const begun = running?.begin()
    return (begun && safely(begun, verb)) ?? otherwise
  }
  function tell(verb: (instance: Instance) => void): void {
    running?.soon((begun) => safely(begun, verb))
    running?.begin()
  }

  return {
    ...standardVerbs((event, properties, options) => tell((begun) => begun.capture(event, properties, options))),
    capture: (event, ...[properties, options]) =>
      tell((begun) => begun.capture(event, properties as JsonObject | undefined, options)),
    page: (properties) => tell((begun) => verbs.page(begun, json(properties))),
    identify: (userId, traits) => tell((begun) => verbs.identify(begun, userId, json(traits))),
    alias: (previousId) => tell((begun) => verbs.alias(begun, previousId)),
    group: (groupId, traits) => tell((begun) => verbs.group(begun, groupId, json(traits))),
    reset: () => tell(verbs.reset),
    getAnonymousId: () => call(verbs.getAnonymousId, undefined),
    setAnonymousId: (id) => tell((begun) => verbs.setAnonymousId(begun, id)),
    getSessionId: () => call(verbs.getSessionId, undefined),
    flush: (options) => call((begun) => verbs.flush(begun, options), Promise.resolve(NOTHING_FLUSHED)),
    consent: (choice) => tell((begun) => verbs.consent(begun, choice)),
    optOut: () => tell(verbs.optOut),
    optIn: () => tell(verbs.optIn),
    hasOptedOut: () => call(verbs.hasOptedOut, false),
    storage: () => call(verbs.storage, verbs.NOWHERE),
    headers: () => call(verbs.headers, {}),
    destroy: () => running && verbs.destroy(running),
  }
}

/** The configuration of a client whose `capture` is typed by a catalogue of its own. */
export interface TypedConfig<Catalogue extends EventCatalogue> extends BrowserConfig {
  readonly events: Catalogue
}
