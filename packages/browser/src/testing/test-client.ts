import type { Consent, JsonObject, StandardCatalogue } from '@threadline/schema'
import { type BrowserClient, NOTHING_FLUSHED } from '../api/client.ts'
import { standardVerbs } from '../api/standard-verbs.ts'
import type { CaptureOptions } from '../contract/instance.ts'
import { toConsent } from '../identity/consent.ts'

/** An event as the code under test captured it. */
export interface CapturedEvent {
  readonly event: string
  readonly properties: JsonObject | undefined
  readonly options: CaptureOptions | undefined
  /** Who the visitor was at that moment. */
  readonly anonymousId: string
  readonly userId: string | undefined
}

/** A {@link BrowserClient} for tests: it remembers what it is told and does nothing else. */
export interface TestClient extends BrowserClient<StandardCatalogue> {
  /** What was captured so far, oldest first; of one event when it is named. Nothing while consent is denied. */
  events(name?: string): readonly CapturedEvent[]
  /** Forgets events, ids and consent. */
  clear(): void
}

/** The visitor of every test client until `setAnonymousId`, and after the n-th `reset` the n-th one after it. */
const VISITOR = 'test-visitor'

/**
 * Makes a client that needs no browser, no network and no storage, to be handed to code in unit tests.
 *
 * @example
 * ```ts
 * const client = createTestClient()
 * signUpForm(client).submit()
 * expect(client.events('signup_completed')).toMatchObject([{ properties: { method: 'email' } }])
 * ```
 */
export function createTestClient(): TestClient {
  let captured: CapturedEvent[] = []
  let resets = 0
  let anonymousId = VISITOR
  let userId: string | undefined
  let consent: Consent | undefined
  let isOptedOut = false
  let isDestroyed = false

  const isDenied = () => isOptedOut || consent?.analytics === false
  const isAllowed = () => !isOptedOut && (consent ?? { analytics: true }).analytics === true

  function record(event: string, properties?: object, options?: CaptureOptions): void {
    if (isDenied() || isDestroyed) return
    const copy = structuredClone(properties) as JsonObject | undefined
    captured.push({ event, properties: copy, options, anonymousId, userId })
  }

  return {
    ...standardVerbs(record),
    capture: (event, ...[properties, options]) => record(event, properties as object | undefined, options),
    page: (properties) => record('$pageview', properties),
    identify(id, traits) {
      userId = String(id)
      record('$identify', traits)
    },
    alias: (previousId) => record('$alias', { previousId: String(previousId) }),
    group: (groupId, traits) => record('$group', { groupId: String(groupId), traits }),
    reset() {
      resets += 1
      anonymousId = `${VISITOR}-${resets}`
      userId = undefined
    },
    getAnonymousId: () => (isAllowed() ? anonymousId : undefined),
    setAnonymousId(id) {
      anonymousId = id
    },
    getSessionId: () => (isAllowed() ? `${anonymousId}-session` : undefined),
    flush: () => Promise.resolve({ ...NOTHING_FLUSHED, delivered: captured.length }),
    consent(choice) {
      consent = toConsent(choice, () => undefined)
    },
    optOut() {
      isOptedOut = true
    },
    optIn() {
      isOptedOut = false
    },
    hasOptedOut: () => isOptedOut,
    storage: () => ({ cookie: false, localStorage: false }),
    headers: () => (isAllowed() ? { 'x-threadline-anonymous-id': anonymousId } : {}),
    destroy() {
      isDestroyed = true
    },
    events: (name) => captured.filter(({ event }) => name === undefined || event === name),
    clear() {
      captured = []
      resets = 0
      anonymousId = VISITOR
      userId = undefined
      consent = undefined
      isOptedOut = false
      isDestroyed = false
    },
  }
}
