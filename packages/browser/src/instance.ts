import {
  type Clock,
  createEngine,
  type DropReason,
  type Engine,
  type QueueItem,
  ThreadlineError,
} from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import { type Consent, type EventInput, type JsonObject, type TrackEvent, uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import type { BrowserConfig, DroppedEvent } from './config.ts'
import { isSignalled, OPTED_OUT, toConsent } from './consent.ts'
import { type Cookies, createCookies } from './cookies.ts'
import type { Hooks, Signals } from './hooks.ts'
import { createIdentity, type Identity, type Ids } from './identity.ts'
import { createMirror } from './mirror.ts'
import { createPageContext } from './page-context.ts'
import { createSender, utf8Length } from './sender.ts'

/** Most that is held, in memory and in storage. */
const MAX_EVENTS = 500
const MAX_BYTES = 1_000_000
/** A larger body might not fit beside others into what may outlive the page. */
const MAX_REQUEST_BYTES = 16_000
const MAX_AGE_MS = 86_400_000
/** Events that pass in the long run, in each second: a runaway loop must not flood the collector. */
const CAPTURES_PER_SECOND = 10
/** Longest that events wait for another tab to settle the visitor's id, with and without Web Locks. */
const SETTLE_MS = 1_000
const SETTLE_WITHOUT_LOCKS_MS = 100

/** What a caller may say about an event besides its name and properties. */
export type CaptureOptions = Pick<EventInput, 'eventId' | 'timestamp' | 'value' | 'currency' | 'email'>

/** A client from the inside: what the verbs and the optional parts work on. */
export interface Instance {
  readonly config: BrowserConfig
  readonly clock: Clock
  readonly cookies: Cookies
  readonly identity: Identity
  /** Who is told of what happens: the parts, and whoever joins them for a while. */
  readonly hooks: Set<Hooks>
  readonly queue: () => Engine
  readonly consent: () => Consent | undefined
  readonly setConsent: (consent: Consent) => void
  /** Starts an empty queue and returns what the old one held. */
  readonly replaceQueue: () => readonly QueueItem[]
  /** Tells the page of something that went wrong. */
  readonly report: (error: ThreadlineError) => void
  /** Gives an event up, and says why. */
  readonly refuse: (event: DroppedEvent, reason: DropReason) => void
  readonly capture: (
    event: string,
    properties?: JsonObject,
    options?: CaptureOptions & Pick<TrackEvent, 'traits'>,
  ) => void
}

/** An optional part of a client; costs nothing where it is not imported. Called once, before anything is sent or stored. */
export type Part = (instance: Instance) => Hooks

const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Joins the parts: the only place that knows them all. `undefined` where there is no page (SSR, workers). */
export function createInstance(config: BrowserConfig, parts: readonly Part[]): Instance | undefined {
  if (typeof document === 'undefined') return undefined
  const { key = '', host = '', onCapture = [], captureBurst = 100 } = config
  const destination = config.destination ?? threadline({ host, key, keyIn: 'body' })
  if (destination.secret) throw new ThreadlineError('secret_key_in_browser', destination.name)

  const deliver = createSender(destination.dedupes)
  const readPage = createPageContext(config.clickIdParams)
  const cookies = createCookies(config)
  const identity = createIdentity(config, cookies, () => !isHeld)
  let consent = config.consent && toConsent(config.consent)
  if (isSignalled(config) || createMirror(cookies, OPTED_OUT).read()) consent = toConsent('denied')
  /** Events wait: for consent, or for tabs to agree on the visitor's id. Nothing is stored meanwhile. */
  let isHeld = true
  /** The ids that what is held was captured under; storage may already have brought others. */
  let heldAs: Ids | undefined
  let isLeaving = false
  let tokens = captureBurst
  let capturedAt = 0
  let queue = newQueue()
  const hooks = new Set<Hooks>()

  function emit<Name extends keyof Signals>(name: Name, ...args: Signals[Name]): void {
    for (const hook of hooks) hook[name]?.(...args)
  }

  function newQueue(): Engine {
    return createEngine({
      destination,
      clock,
      random: Math.random,
      flushAt: config.flushAt ?? 20,
      flushIntervalMs: config.flushIntervalMs ?? 2_000,
      maxEvents: MAX_EVENTS,
      maxBytes: MAX_BYTES,
      maxRequestBytes: MAX_REQUEST_BYTES,
      maxAgeMs: MAX_AGE_MS,
      // No pacing by the destination's rate: one visitor's requests, one at a time, stay below any service's limit.
      pacer: { wait: () => (isHeld ? MAX_AGE_MS : 0), started: () => undefined },
      async send(request, items) {
        const sending = deliver(request, isLeaving)
        if (destination.dedupes) return sending
        emit('committed', items)
        const answer = await sending
        if ('sent' in answer ? !answer.sent : answer.status > 299) for (const item of items) emit('queued', item)
        return answer
      },
      onSettled(entries, outcome) {
        emit('settled', entries, outcome)
        if (outcome.kind === 'dropped') for (const { item } of entries) drop(item, outcome.reason)
      },
      onStopped: (code) => emit('stopped', code),
      onError: report,
    })
  }

  function report(error: ThreadlineError): void {
    emit('failed', error)
    attempt(() => config.onError?.(error))
  }

  function drop({ eventId, event }: DroppedEvent, reason: DropReason): void {
    attempt(() => config.onDrop?.({ eventId, event }, reason))
  }

  function refuse(event: DroppedEvent, reason: DropReason): void {
    drop(event, reason)
    report(new ThreadlineError(reason, event.event, { eventIds: [event.eventId] }))
  }

  function enqueue(given: Pick<QueueItem, 'eventId' | 'event' | 'body'>): void {
    const item = { ...given, at: clock.now(), bytes: utf8Length(given.body) }
    if (item.bytes > destination.limits.maxEventBytes) return refuse(item, 'payload_too_large')
    if (!isHeld) emit('queued', item)
    queue.add(item)
  }

  function mayPass(now: number): boolean {
    tokens = Math.min(captureBurst, tokens + (Math.max(0, now - capturedAt) * CAPTURES_PER_SECOND) / 1_000)
    capturedAt = now
    tokens -= 1
    return tokens >= 0
  }

  const capture: Instance['capture'] = (name, properties, options = {}) => {
    const now = clock.now()
    let event: TrackEvent | null | undefined = {
      event: name,
      ...identity.touch(now),
      properties,
      ...readPage(),
      consent,
      ...options,
      eventId: options.eventId ?? uuidv7(now),
      timestamp: attempt(() => new Date(options.timestamp ?? now).toISOString()) ?? '',
    }
    const { eventId } = event
    const refused = (reason: DropReason) => refuse({ eventId, event: name }, reason)
    if (consent?.analytics === false) return drop(event, 'consent_denied')
    if (!mayPass(now)) return drop(event, 'rate_limited')
    for (const hook of onCapture) {
      const current: TrackEvent = event
      event = attempt(() => hook(current))
      if (!event) return refused(event === null ? 'hook_dropped' : 'hook_failed')
    }
    const final = event
    const encoding = attempt(() => destination.encode(final))
    if (!encoding) refused('not_serializable')
    else if ('refused' in encoding) refused(encoding.refused)
    else enqueue({ eventId, event: name, ...encoding })
  }

  function isAllowed(): boolean {
    return !consent || !!consent.analytics
  }

  /** Lets go of what waited, under the ids that storage now holds. */
  function release(): void {
    if (!isHeld || !isAllowed()) return
    const now = clock.now()
    const current = identity.touch(now)
    const before = heldAs ?? current
    identity.sync(now, true)
    isHeld = false
    const userId = before.userId ?? current.userId
    if (userId) identity.setUserId(userId)
    const { anonymousId, sessionId } = identity.touch(now)
    emit('allowed')
    for (const item of replaceQueue()) {
      const body = item.body.replaceAll(before.anonymousId, anonymousId).replaceAll(before.sessionId, sessionId)
      enqueue({ ...item, body })
    }
  }

  function replaceQueue(): readonly QueueItem[] {
    const items = queue.held().map(({ item }) => item)
    queue.close()
    queue = newQueue()
    return items
  }

  /**
   * Agrees with other tabs on the visitor's ids, then releases.
   *
   * On a first visit in two tabs at once each makes an id. Under the lock the second finds what the first stored.
   */
  function settle(): void {
    heldAs = identity.touch(clock.now())
    if (identity.sync(clock.now())) return release()
    // Throws in sandboxed frames, and is absent on insecure pages: there the last to write wins, and all look again.
    const isLocked = attempt(() => navigator.locks.request('tl_id', releaseLocked).catch(() => undefined))
    if (!isLocked) identity.sync(clock.now(), true)
    clock.after(isLocked ? SETTLE_MS : SETTLE_WITHOUT_LOCKS_MS, release, true)
  }

  function releaseLocked(): Promise<void> {
    release()
    // Firefox hands what was stored to other processes after the task that stored it.
    return new Promise((resolve) => setTimeout(resolve))
  }

  function applyConsent(): void {
    if (!isAllowed()) isHeld = true
    else if (isHeld) settle()
    if (consent?.analytics !== false) return
    for (const item of replaceQueue()) drop(item, 'consent_denied')
    identity.forget()
    emit('refused')
  }

  function hide(): void {
    isLeaving = true
    emit('hidden')
    release()
    if (!isHeld) queue.drain()
  }

  function show(): void {
    isLeaving = false
    identity.distrust()
    queue.wake()
  }

  const instance: Instance = {
    config,
    clock,
    cookies,
    identity,
    hooks,
    queue: () => queue,
    consent: () => consent,
    setConsent(choice) {
      consent = choice
      applyConsent()
    },
    replaceQueue,
    report,
    refuse,
    capture,
  }
  for (const part of [...parts, ...(config.parts ?? [])]) hooks.add(part(instance))
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? hide() : show()))
  addEventListener('pagehide', () => {
    hide()
    emit('left')
  })
  addEventListener('pageshow', ({ persisted }) => persisted && emit('restored'))
  addEventListener('online', show)
  applyConsent()
  return instance
}
