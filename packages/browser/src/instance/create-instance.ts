import { type Destination, type DropReason, type QueueItem, ThreadlineError } from '@threadline/core'
import { type TrackEvent, uuidv7 } from '@threadline/schema'
import type { Emit, Hooks, SignalHooks } from '../contract/hooks.ts'
import type { Ids } from '../contract/identity.ts'
import type { Instance, PageMemory, Part } from '../contract/instance.ts'
import type { Settings } from '../contract/settings.ts'
import { createPageQueue } from '../delivery/page-queue.ts'
import { createSender, utf8Length } from '../delivery/sender.ts'
import { initialConsent, readRefusal } from '../identity/consent.ts'
import { createIdentity } from '../identity/identity.ts'
import { createPageContext } from '../page/page-context.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { withLock } from '../platform/locks.ts'
import { withoutToJson } from '../platform/without-to-json.ts'
import { createOpenView } from './open-view.ts'
import { createRateLimit } from './rate-limit.ts'

/** Longest that events wait for another tab to settle the visitor's id, with and without Web Locks. */
const SETTLE_MS = 1_000
const SETTLE_WITHOUT_LOCKS_MS = 100

/** How long a client lives, and what outlives it. */
export interface Life {
  readonly life: AbortController
  readonly memory: PageMemory
}

/** Wires the rooms together. Nothing else imports them all. */
export function createInstance(config: Settings, destination: Destination, { life, memory }: Life): Instance {
  const { signal } = life
  const { onCapture } = config
  const deliver = createSender(destination.dedupes)
  const mayPass = createRateLimit()
  const told = new Set<string>()
  const readPage = createPageContext((field) => {
    if (!told.has(field)) emit('failed', new ThreadlineError('validation_error', `${field} is cut: it is too long`))
    told.add(field)
  })
  const identity = createIdentity(config, () => !!mayTrack() && !isHeld && !signal.aborted)
  const hooks = new Set<Hooks>([
    {
      dropped: ({ eventId, event }, reason) => attempt(() => config.onDrop?.({ eventId, event }, reason)),
      failed: (error) => attempt(() => config.onError?.(error)),
      // Another tab may have been told something while this page was kept.
      restored: () => mayTrack(),
    },
  ])
  /** What held when it was looked at last. */
  let answer: boolean | undefined
  /** Events wait: for consent, or for tabs to agree on the visitor's id. Nothing is stored meanwhile. */
  let isHeld = true
  /** The ids that what is held was captured under; set before anything is let go. */
  let heldAs: Ids
  let isLeaving = false
  /** Address of the latest pageview, and that of the page the visitor came from. */
  let viewed: string | undefined
  let cameFrom: string | undefined

  const emit: Emit = (name, ...args) => {
    hooks.forEach((listener: SignalHooks) => {
      attempt(() => listener[name]?.(...args))
    })
  }

  const queue = createPageQueue({
    flushAt: 20,
    flushIntervalMs: 2_000,
    ...config,
    destination,
    clock,
    random: Math.random,
    // One visitor's requests, one at a time, stay below any service's rate: there is no pacing.
    mayStart: () => !!mayTrack() && !isHeld && !signal.aborted && !openView.item(),
    isOnline: () => navigator.onLine,
    async send(request, items) {
      const sending = deliver(request, isLeaving)
      if (destination.dedupes) return sending
      for (const item of items) emit('committed', item)
      const answer = await sending
      if (answer.status > 299) for (const item of items) emit('queued', item)
      return answer
    },
    emit,
  })

  const openView = createOpenView({
    queue,
    toItem,
    readTitle() {
      memory.title = readPage({}).title
      return memory.title
    },
    queued(item) {
      if (!isHeld) emit('queued', item)
    },
  })

  /** Why an event cannot be captured now. */
  function refusalOf({ event, timestamp }: TrackEvent, at: number): DropReason | undefined {
    if (answer === false) return 'consent_denied'
    if (!mayPass(event, at)) return 'rate_limited'
    return timestamp ? undefined : 'invalid_timestamp'
  }

  /** The event ready for the queue, or why it cannot be. */
  function toItem(given: TrackEvent, at: number): QueueItem | DropReason {
    const event = onCapture ? attempt(() => onCapture(given)) : given
    if (event) return encode(event, at)
    return event === null ? 'hook_dropped' : 'hook_failed'
  }

  function encode(event: TrackEvent, at: number): QueueItem | DropReason {
    const encoding = attempt(() => withoutToJson(() => destination.encode(event)))
    if (!encoding) return 'not_serializable'
    if ('refused' in encoding) return encoding.refused
    const bytes = utf8Length(encoding.body)
    if (bytes > destination.limits.maxEventBytes) return 'payload_too_large'
    return { ...encoding, eventId: event.eventId, event: event.event, bytes, at }
  }

  const capture: Instance['capture'] = (name, properties, given) => {
    if (signal.aborted) return emit('dropped', { eventId: '', event: name }, 'closed')
    const options = { ...instance.moment, ...given }
    const isView = name === '$pageview'
    // Before anything is captured of the next page.
    if (isView) openView.close()
    const now = clock.now()
    const event: TrackEvent = {
      event: name,
      ...identity.touch(now),
      properties,
      consent: instance.consent,
      ...options,
      ...readPage(options),
      eventId: options.eventId ?? uuidv7(now),
      timestamp: attempt(() => new Date(options.timestamp ?? now).toISOString()) ?? '',
    }
    if (isView) Object.assign(event, { referrer: referrerOf(event) })
    for (const { enrich } of hooks)
      Object.assign(
        event,
        attempt(() => enrich?.(event)),
      )
    const refusal = refusalOf(event, now) ?? (isView ? takeView : enqueue)(event, now)
    if (refusal) emit('dropped', event, refusal)
  }

  function takeView(event: TrackEvent, at: number): DropReason | undefined {
    memory.title = event.title
    // The title of a page that is there no more is what it was.
    return (event.path === location.pathname ? openView.open : enqueue)(event, at)
  }

  /** A view of a page that the visitor came to within this document comes from the one before. */
  function referrerOf({ url, referrer }: TrackEvent): string | undefined {
    if (url !== viewed) cameFrom = viewed ?? referrer
    viewed = url
    return cameFrom
  }

  function enqueue(event: TrackEvent, at: number): DropReason | undefined {
    const item = toItem(event, at)
    if (typeof item === 'string') return item
    if (!isHeld) emit('queued', item)
    queue.add(item)
    return undefined
  }

  /** What holds at this moment: what the visitor said to the whole site goes over what this page was told. */
  function lookUp(): boolean | undefined {
    const { analytics } = instance.consent ?? { analytics: true }
    return readRefusal() ? false : analytics
  }

  function mayTrack(): boolean | undefined {
    const current = lookUp()
    if (current !== answer) {
      answer = current
      obey()
    }
    return current
  }

  /** Takes over the ids that storage holds, or stores those of this page; what waits follows. */
  function agree(): void {
    const ids = identity.read(clock.now(), true)
    for (const item of queue.held())
      item.body = item.body.replaceAll(heldAs.anonymousId, ids.anonymousId).replaceAll(heldAs.sessionId, ids.sessionId)
    heldAs = ids
  }

  /** Lets go of what waited. */
  function release(): void {
    if (!mayTrack() || !isHeld || signal.aborted) return
    agree()
    isHeld = false
    for (const item of queue.held()) if (item !== openView.item()) emit('queued', item)
    emit('allowed')
    queue.pump()
  }

  /**
   * Agrees with other tabs on the visitor's ids, then releases.
   *
   * On a first visit in two tabs at once each makes an id. Under the lock the second finds what the first stored.
   */
  function settle(): void {
    heldAs = identity.read(clock.now())
    // Who asks for an id meanwhile gets the one that stays, unless another tab is making one, too.
    identity.load(clock.now())
    const hasLocks = withLock('tl_id', {}, () => {
      release()
      // Firefox hands what was stored to other processes after the task that stored it.
      return new Promise((resolve) => setTimeout(resolve))
    })
    // Without locks the last to write wins, and all look again.
    if (!hasLocks) agree()
    const timer = setTimeout(release, hasLocks ? SETTLE_MS : SETTLE_WITHOUT_LOCKS_MS)
    signal.addEventListener('abort', () => clearTimeout(timer))
  }

  function obey(): void {
    if (!answer) isHeld = true
    else if (isHeld && !signal.aborted) settle()
    if (answer === false) {
      for (const item of queue.clear()) emit('dropped', item, 'consent_denied')
      identity.forget()
      emit('refused')
    }
  }

  function show(isBack?: boolean): void {
    isLeaving = false
    // Another tab may have been busy meanwhile.
    if (mayTrack() && !isHeld) identity.read(clock.now(), true)
    queue.wake(isBack)
  }

  function hide(): void {
    isLeaving = true
    openView.close()
    emit('hidden')
    release()
    queue.drain()
  }

  function destroy(): void {
    if (signal.aborted) return
    hide()
    // Without consent it is stored nowhere.
    if (isHeld) for (const item of queue.clear()) emit('dropped', item, 'closed')
    life.abort()
    queue.stop()
  }

  function begin(parts: readonly Part[]): void {
    instance.consent = initialConsent(config)
    answer = lookUp()
    // A returning visitor's events need not wait.
    if (answer) isHeld = !identity.load(clock.now())
    for (const part of parts) {
      // One that fails must not take the others along.
      try {
        hooks.add(part(instance))
      } catch (cause) {
        emit('failed', new ThreadlineError('hook_failed', `a part of the client does not start: ${cause}`, { cause }))
      }
    }
    if (isHeld) obey()
    else emit('allowed')
  }

  const instance: Instance = {
    config,
    identity,
    queue,
    hooks,
    emit,
    moment: undefined,
    signal,
    memory,
    consent: undefined,
    mayTrack,
    begin,
    show,
    hide,
    closeView: openView.close,
    destroy,
    capture,
  }
  return instance
}
