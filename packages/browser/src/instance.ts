import { type Clock, createQueue, type DropReason, type Queue, type QueueItem, ThreadlineError } from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import {
  type Consent,
  type EventInput,
  type JsonObject,
  LIMITS,
  type TrackEvent,
  utf8Bytes,
  uuidv7,
} from '@threadline/schema'
import { attempt } from './attempt.ts'
import { checkEvent } from './check-event.ts'
import type { BrowserConfig, DroppedEvent } from './config.ts'
import { initialConsent, OPTED_OUT } from './consent.ts'
import { type Cookies, createCookies } from './cookies.ts'
import type { Hooks, Signals } from './hooks.ts'
import { createIdentity, type Identity } from './identity.ts'
import { createMirror } from './mirror.ts'
import { createPageContext } from './page-context.ts'
import { createSender } from './sender.ts'
import { createTokenBucket } from './token-bucket.ts'

/** Most events held, in memory and in storage. */
const MAX_EVENTS = 500
const MAX_BYTES = 1_000_000
/** A larger body might not fit beside others into what may outlive the page. */
const MAX_REQUEST_BYTES = 16_000
const MAX_AGE_MS = 86_400_000
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
  readonly report: (error: ThreadlineError) => void
  readonly queue: () => Queue
  readonly consent: () => Consent | undefined
  readonly setConsent: (consent: Consent) => void
  /** Starts an empty queue and returns what the old one held. */
  readonly replaceQueue: () => readonly QueueItem[]
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
  const { key = '', host = '', onDrop, onError, onCapture = [], captureBurst = 100 } = config
  const destination = config.destination ?? threadline({ host, key, keyIn: 'body' })
  if (destination.secret) throw new ThreadlineError('secret_key_in_browser', destination.name)

  const deliver = createSender(destination.dedupes)
  const readPage = createPageContext()
  const mayCapture = createTokenBucket(captureBurst, 10)
  const cookies = createCookies(config)
  const identity = createIdentity(config, cookies, () => !held)
  let consent = createMirror(cookies, OPTED_OUT).read() ? { analytics: false } : initialConsent(config)
  /** Events as JSON that wait for consent, or for tabs to agree on the visitor's id. Absent: nothing has to wait. */
  let held: string[] | undefined = []
  let leaving = false
  let hooks: readonly Hooks[] = []
  let queue = newQueue()

  function emit<Name extends keyof Signals>(name: Name, ...args: Signals[Name]): void {
    for (const hook of hooks) hook[name]?.(...args)
  }

  function newQueue(): Queue {
    return createQueue({
      destination,
      clock,
      random: Math.random,
      flushAt: config.flushAt ?? 20,
      flushIntervalMs: config.flushIntervalMs ?? 2_000,
      maxEvents: MAX_EVENTS,
      maxBytes: MAX_BYTES,
      maxRequestBytes: MAX_REQUEST_BYTES,
      overflow: 'drop-oldest',
      maxAgeMs: MAX_AGE_MS,
      concurrency: 1,
      resendUnclear: false,
      send(request, items) {
        if (destination.dedupes) return deliver(request, leaving)
        emit('committed', items)
        return deliver(request, leaving).then((answer) => {
          if ('sent' in answer ? !answer.sent : answer.status > 299) for (const item of items) emit('queued', item)
          return answer
        })
      },
      onSettled(items, outcome) {
        emit('settled', items, outcome)
        if (outcome.kind === 'dropped') for (const item of items) drop(item, outcome.reason)
      },
      onError: report,
    })
  }

  function report(error: ThreadlineError): void {
    attempt(() => onError?.(error))
  }

  function drop({ eventId, event }: DroppedEvent, reason: DropReason): void {
    attempt(() => onDrop?.({ eventId, event }, reason))
  }

  function refuse(event: DroppedEvent, reason: DropReason): void {
    drop(event, reason)
    report(new ThreadlineError(reason, event.event, { eventIds: [event.eventId] }))
  }

  function enqueue(event: TrackEvent): void {
    const { eventId, properties, traits } = event
    const encoding = attempt(() => destination.encode(event))
    if (!encoding) return refuse(event, 'not_serializable')
    if ('refused' in encoding) return refuse(event, encoding.refused)
    const { body, alone = false } = encoding
    const bytes = utf8Bytes(body)
    if (
      bytes > LIMITS.propertiesBytes &&
      utf8Bytes(JSON.stringify(properties ?? traits ?? 0)) > LIMITS.propertiesBytes
    ) {
      return refuse(event, 'props_too_large')
    }
    if (bytes > destination.limits.maxEventBytes) return refuse(event, 'payload_too_large')
    const item: QueueItem = { eventId, event: event.event, body, bytes, at: clock.now(), alone }
    emit('queued', item)
    queue.add(item)
  }

  function hold(event: TrackEvent, waiting: string[]): void {
    const text = attempt(() => JSON.stringify(event))
    if (!text) return refuse(event, 'not_serializable')
    if (waiting.push(text) > MAX_EVENTS) drop(JSON.parse(waiting.shift() ?? ''), 'queue_overflow')
  }

  function capture(name: string, properties?: JsonObject, options: Parameters<Instance['capture']>[2] = {}): void {
    const now = clock.now()
    let event: TrackEvent = {
      event: name,
      ...identity.touch(now),
      properties,
      ...readPage(),
      consent,
      ...options,
      eventId: options.eventId ?? uuidv7(now),
      timestamp: attempt(() => new Date(options.timestamp ?? now).toISOString()) ?? '',
    }
    if (consent?.analytics === false) return drop(event, 'consent_denied')
    if (!mayCapture(now)) return drop(event, 'rate_limited')
    for (const hook of onCapture) {
      const result = attempt(() => hook(event))
      if (!result) return refuse(event, result === null ? 'hook_dropped' : 'hook_failed')
      event = result
    }
    const problem = checkEvent(event)
    if (problem) refuse(event, problem)
    else if (held) hold(event, held)
    else enqueue(event)
  }

  function isAllowed(): boolean {
    return !consent || !!consent.analytics
  }

  /** Lets go of what waited, under the ids that storage now holds. */
  function release(): void {
    if (!held || !isAllowed()) return
    const waiting = held
    const now = clock.now()
    const provisional = identity.touch(now)
    identity.sync(now, true)
    held = undefined
    const { anonymousId, sessionId } = identity.touch(now)
    emit('allowed')
    for (const text of waiting) {
      const settled = text.replaceAll(provisional.anonymousId, anonymousId).replaceAll(provisional.sessionId, sessionId)
      enqueue({ ...JSON.parse(settled), consent })
    }
  }

  /**
   * Agrees with other tabs on the visitor's ids, then releases.
   *
   * On a first visit in two tabs at once each makes an id. Under the lock the second finds what the first stored.
   */
  function settle(): void {
    if (identity.sync(clock.now(), false)) return release()
    // Throws in sandboxed frames, and is absent on insecure pages: there the last to write wins, and all look again.
    const locked = attempt(() => navigator.locks.request('tl_id', release).catch(() => undefined))
    if (!locked) identity.sync(clock.now(), true)
    clock.after(locked ? SETTLE_MS : SETTLE_WITHOUT_LOCKS_MS, release, true)
  }

  function replaceQueue(): readonly QueueItem[] {
    const items = queue.held().map(({ item }) => item)
    queue.close()
    queue = newQueue()
    return items
  }

  function setConsent(choice: Consent): void {
    consent = choice
    if (isAllowed()) {
      if (held) settle()
      return
    }
    const waiting = held ?? []
    held = consent.analytics === false ? [] : waiting
    if (consent.analytics !== false) return
    for (const text of waiting) drop(JSON.parse(text), 'consent_denied')
    for (const item of replaceQueue()) drop(item, 'consent_denied')
    identity.forget()
    emit('refused')
  }

  function hide(): void {
    leaving = true
    emit('hidden')
    release()
    queue.drain()
  }

  function show(): void {
    leaving = false
    identity.distrust()
    queue.wake()
  }

  const instance: Instance = {
    config,
    clock,
    cookies,
    identity,
    report,
    queue: () => queue,
    consent: () => consent,
    setConsent,
    replaceQueue,
    refuse,
    capture,
  }
  hooks = [...parts, ...(config.parts ?? [])].map((part) => part(instance))
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? hide() : show()))
  addEventListener('pagehide', () => {
    hide()
    emit('left')
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) emit('restored')
  })
  addEventListener('online', show)
  if (consent?.analytics === false) identity.forget()
  else if (isAllowed()) settle()
  return instance
}
