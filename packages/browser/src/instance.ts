import { createEngine, type DropReason, type Engine, type QueueItem, ThreadlineError } from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import { type Consent, type EventInput, type JsonObject, type TrackEvent, uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import { clock } from './clock.ts'
import type { BrowserConfig, DroppedEvent } from './config.ts'
import { initialConsent } from './consent.ts'
import { type Cookies, createCookies } from './cookies.ts'
import type { Hooks, SignalHooks, Signals } from './hooks.ts'
import { createIdentity, type Identity, type Ids } from './identity.ts'
import { createPageContext } from './page-context.ts'
import { createSender, utf8Length } from './sender.ts'

const DAY_MS = 86_400_000
/** A hundred events may be captured in one go, ten in each second in the long run: a runaway loop must not flood. */
const EVENT_COST_MS = 100
const BURST_MS = 10_000
/** Longest that events wait for another tab to settle the visitor's id, with and without Web Locks. */
const SETTLE_MS = 1_000
const SETTLE_WITHOUT_LOCKS_MS = 100

/** What a caller may say about an event besides its name and properties. */
export type CaptureOptions = Pick<EventInput, 'eventId' | 'timestamp' | 'value' | 'currency' | 'email'>

/** A client from the inside: what the verbs and the optional parts work on. */
export interface Instance {
  readonly config: BrowserConfig
  readonly cookies: Cookies
  readonly identity: Identity
  readonly queue: Engine
  /** Who is told of what happens: the parts, and whoever joins them for a while. */
  readonly hooks: Set<Hooks>
  consent: Consent | undefined
  /** Acts on a change of `consent`. */
  readonly consentChanged: () => void
  /** Reads what is stored and starts the parts, if that has not happened. Nothing else of an instance works before. */
  readonly begin: () => void
  /** Gives an event up, and says why. */
  readonly drop: (event: DroppedEvent, reason: DropReason) => void
  readonly capture: (
    event: string,
    properties?: JsonObject,
    options?: CaptureOptions & Pick<TrackEvent, 'traits' | 'url' | 'path'>,
  ) => void
}

/** An optional part of a client; costs nothing where it is not imported. Called once, before anything is sent or stored. */
export type Part = (instance: Instance) => Hooks

/**
 * Joins the parts: the only place that knows them all. `undefined` where there is no page (SSR, workers).
 *
 * It returns before it has read anything; `begin` does that, at the latest in a task of its own.
 */
export function createInstance(
  config: BrowserConfig,
  parts: readonly Part[],
  onBegin?: (instance: Instance) => void,
): Instance | undefined {
  if (typeof document === 'undefined') return undefined
  const { key = '', host = '', destination = threadline({ host, key, keyIn: 'body' }), onCapture } = config
  if (destination.secret) throw new ThreadlineError('secret_key_in_browser', destination.name)

  const deliver = createSender(destination.dedupes)
  const readPage = createPageContext()
  const cookies = createCookies(config)
  const identity = createIdentity(config, cookies, () => !isHeld)
  const hooks = new Set<Hooks>()
  /** Events wait: for consent, or for tabs to agree on the visitor's id. Nothing is stored meanwhile. */
  let isHeld = true
  /** The ids that what is held was captured under; storage may already have brought others. */
  let heldAs: Ids | undefined
  let isLeaving = false
  let hasBegun = false
  let paidUntil = 0

  function emit<Name extends keyof Signals>(name: Name, ...args: Signals[Name]): void {
    const listeners: Set<SignalHooks> = hooks
    for (const listener of listeners) listener[name]?.(...args)
  }

  const queue = createEngine({
    flushAt: 20,
    flushIntervalMs: 2_000,
    ...config,
    destination,
    clock,
    random: Math.random,
    maxEvents: 500,
    maxBytes: 1_000_000,
    // A larger body might not fit beside others into what may outlive the page.
    maxRequestBytes: 16_000,
    maxAgeMs: DAY_MS,
    // No pacing by the destination's rate: one visitor's requests, one at a time, stay below any service's limit.
    pacer: { wait: () => (isHeld ? DAY_MS : 0), started: () => undefined },
    async send(request, items) {
      const sending = deliver(request, isLeaving)
      if (destination.dedupes) return sending
      emit('committed', items)
      const answer = await sending
      if ('sent' in answer ? !answer.sent : answer.status > 299) for (const item of items) emit('queued', item)
      return answer
    },
    onSettled(items, outcome) {
      emit('settled', items, outcome)
      if (outcome.kind === 'dropped') for (const item of items) drop(item, outcome.reason)
    },
    onStopped: (code) => emit('stopped', code),
    onError: (error) => attempt(() => config.onError?.(error)),
  })

  function drop({ eventId, event }: DroppedEvent, reason: DropReason): void {
    emit('dropped', { eventId, event }, reason)
    attempt(() => config.onDrop?.({ eventId, event }, reason))
  }

  function enqueue(item: QueueItem): void {
    if (!isHeld) emit('queued', item)
    queue.add(item)
  }

  /** The event ready for the queue, or why it cannot be. */
  function toItem(given: TrackEvent, at: number): QueueItem | DropReason {
    if (instance.consent?.analytics === false) return 'consent_denied'
    if (!mayPass(at)) return 'rate_limited'
    if (!given.timestamp) return 'invalid_timestamp'
    const event = onCapture ? attempt(() => onCapture(given)) : given
    if (event) return encode(event, at)
    return event === null ? 'hook_dropped' : 'hook_failed'
  }

  function encode(event: TrackEvent, at: number): QueueItem | DropReason {
    const encoding = attempt(() => destination.encode(event))
    if (!encoding) return 'not_serializable'
    if ('refused' in encoding) return encoding.refused
    const bytes = utf8Length(encoding.body)
    if (bytes > destination.limits.maxEventBytes) return 'payload_too_large'
    return { eventId: event.eventId, event: event.event, ...encoding, bytes, at }
  }

  /** Each event moves the time that is paid for on, and may run ahead of the clock by a whole burst. */
  function mayPass(now: number): boolean {
    const paid = Math.max(paidUntil, now) + EVENT_COST_MS
    // Further ahead than any burst: the clock was set back.
    if (paid - now <= BURST_MS) paidUntil = paid
    else if (paidUntil - now > BURST_MS) paidUntil = now
    return paidUntil === paid
  }

  const capture: Instance['capture'] = (name, properties, options = {}) => {
    const now = clock.now()
    const event: TrackEvent = {
      event: name,
      ...identity.touch(now),
      properties,
      ...readPage(),
      consent: instance.consent,
      ...options,
      eventId: options.eventId ?? uuidv7(now),
      timestamp: attempt(() => new Date(options.timestamp ?? now).toISOString()) ?? '',
    }
    for (const { enrich } of hooks) Object.assign(event, enrich?.(event))
    const item = toItem(event, now)
    if (typeof item === 'string') drop(event, item)
    else enqueue(item)
  }

  function isAllowed(): boolean {
    return !instance.consent || !!instance.consent.analytics
  }

  /** Lets go of what waited, under the ids that storage now holds. */
  function release(): void {
    if (!isHeld || !isAllowed()) return
    const now = clock.now()
    const current = identity.touch(now)
    const before = heldAs ?? current
    const userId = before.userId ?? current.userId
    identity.sync(now, true)
    isHeld = false
    if (userId) identity.become({ userId })
    const { anonymousId, sessionId } = identity.touch(now)
    emit('allowed')
    for (const item of queue.held()) {
      item.body = item.body.replaceAll(before.anonymousId, anonymousId).replaceAll(before.sessionId, sessionId)
      emit('queued', item)
    }
    queue.arm()
  }

  /**
   * Agrees with other tabs on the visitor's ids, then releases.
   *
   * On a first visit in two tabs at once each makes an id. Under the lock the second finds what the first stored.
   */
  function settle(): void {
    heldAs = identity.touch(clock.now())
    const isLocked = attempt(() =>
      navigator.locks
        .request('tl_id', () => {
          release()
          // Firefox hands what was stored to other processes after the task that stored it.
          return new Promise<void>((resolve) => setTimeout(resolve))
        })
        .catch(() => undefined),
    )
    // Throws in sandboxed frames, and is absent on insecure pages: there the last to write wins, and all look again.
    if (!isLocked) identity.sync(clock.now(), true)
    setTimeout(release, isLocked ? SETTLE_MS : SETTLE_WITHOUT_LOCKS_MS)
  }

  function consentChanged(): void {
    if (!isAllowed()) isHeld = true
    else if (isHeld) settle()
    if (instance.consent?.analytics === false) {
      for (const item of queue.clear()) drop(item, 'consent_denied')
      identity.forget()
      emit('refused')
    }
  }

  function show(): void {
    isLeaving = false
    identity.distrust()
    queue.wake()
  }

  function hide(): void {
    begin()
    isLeaving = true
    emit('hidden')
    release()
    if (!isHeld) queue.drain()
  }

  /** What costs time: reading cookies and storage. Later than `init`, unless something is asked for earlier. */
  function begin(): void {
    if (hasBegun) return
    hasBegun = true
    instance.consent = initialConsent(config, cookies)
    // A returning visitor's events need not wait.
    if (isAllowed()) isHeld = !identity.sync(clock.now())
    for (const part of [...(config.parts ?? []), ...parts]) hooks.add(part(instance))
    if (isHeld) consentChanged()
    else emit('allowed')
    onBegin?.(instance)
  }

  const instance: Instance = {
    config,
    cookies,
    identity,
    queue,
    hooks,
    consent: undefined,
    consentChanged,
    begin,
    drop,
    capture,
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? hide() : show()))
  addEventListener('pagehide', () => {
    hide()
    emit('left')
  })
  addEventListener('pageshow', ({ persisted }) => persisted && emit('restored'))
  addEventListener('online', show)
  setTimeout(begin)
  return instance
}
