import { type Destination, type DropReason, ThreadlineError } from '@threadline/core'
import { type TrackEvent, uuidv7 } from '@threadline/schema'
import type { Emit, Hooks, SignalHooks } from '../contract/hooks.ts'
import type { Instance, Moment, PageMemory } from '../contract/instance.ts'
import type { StoredItem } from '../contract/page-queue.ts'
import type { Settings } from '../contract/settings.ts'
import { createPageQueue } from '../delivery/page-queue.ts'
import { createRecords } from '../delivery/records.ts'
import { createSender, utf8Length } from '../delivery/sender.ts'
import { initialConsent, readRefusal } from '../identity/consent.ts'
import { createIdentity } from '../identity/identity.ts'
import { isLeft } from '../page/moment.ts'
import { createPageContext } from '../page/page-context.ts'
import { whenTitled } from '../page/title.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { withLock } from '../platform/locks.ts'
import { documentFact } from '../platform/page-globals.ts'
import { createEncoder } from './encoder.ts'
import { createRateLimit } from './rate-limit.ts'
import { soundFields } from './sound-fields.ts'

/** Longest that events wait for another tab to settle the visitor's id, with and without Web Locks. */
const SETTLE_MS = 1_000
const SETTLE_WITHOUT_LOCKS_MS = 100

/** How long a request that fails while the page leaves is not sent again, in milliseconds: a page that is gone has no more. */
const FAREWELL_MS = 1_000

/** What an instance is given by the life of its client. */
export interface Birth {
  readonly destination: Destination
  /** What its records in storage are called by. */
  readonly recordsPrefix: string
  readonly memory: PageMemory
  readonly signal: AbortSignal
  /** When and where it was started. */
  readonly moment: Moment
}

/** Whether the time of an event was read off the page's clock: now, or when the call was made that is played now. */
function isStamped(given: Parameters<Instance['capture']>[2]): boolean | undefined {
  return !given?.timestamp || given.stamped || undefined
}

/** Wires the rooms together. Nothing else imports them all. */
export function createInstance(config: Settings, birth: Birth): Instance {
  const { destination, recordsPrefix, memory, signal } = birth
  const encode = createEncoder(destination, config.onCapture)
  const mayPass = createRateLimit()
  const page = createPageContext((field) => emit('failed', new ThreadlineError('validation_error', `${field} is cut`)))
  const identity = createIdentity(config, mayStore, follow)
  const hooks = new Set<Hooks>([
    {
      dropped: ({ eventId, event }, reason) => attempt(() => config.onDrop?.({ eventId, event }, reason)),
      failed: (error) => attempt(() => config.onError?.(error)),
    },
  ])
  /** What held when it was looked at last. */
  let answer: boolean | undefined
  /** Events wait: for consent, or for tabs to agree on the visitor's id. Nothing is stored meanwhile. */
  let isHeld = true
  /** The calls of before it began have not been played yet. */
  let isStarting = true
  let isLeaving = false
  /** Address of the page that was viewed last, the one its view was sent with, and that of the page before it. */
  let viewed: string | undefined
  let viewedAs: string | undefined
  let cameFrom: string | undefined
  /** The view that waits for its page's title. */
  let untitled: StoredItem | undefined
  let stopWaiting: (() => void) | undefined

  const emit: Emit = (name, ...args) => {
    hooks.forEach((listener: SignalHooks) => {
      attempt(() => listener[name]?.(...args))
    })
  }

  const records = createRecords({
    prefix: recordsPrefix,
    signal,
    mayStore: () => !isHeld,
    adopt(item) {
      const copy = queue.add(item)
      if (copy.isOpen) revise(copy)
    },
    emit,
  })
  const deliver = createSender(destination.dedupes)
  const queue = createPageQueue({
    flushAt: 20,
    flushIntervalMs: 2_000,
    ...config,
    destination,
    clock,
    random: Math.random,
    // One visitor's requests, one at a time, stay below any service's rate: there is no pacing.
    mayStart: mayStore,
    isOnline: () => navigator.onLine,
    async send(request) {
      try {
        return await deliver(request, isLeaving)
      } catch (error) {
        // A page that goes away is told that its requests failed, and they arrive all the same.
        if (isLeaving) await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))
        throw error
      }
    },
    emit,
    records,
    signal,
  })

  const capture: Instance['capture'] = (name, properties, given) => {
    if (signal.aborted) return emit('dropped', { eventId: '', event: name }, 'closed')
    const isView = name === '$pageview'
    // Before anything is captured of the next page.
    if (isView) closeView()
    const now = clock.now()
    const { moment } = instance
    const options = soundFields(emit, name, { ...given, properties })
    const event: TrackEvent = {
      event: name,
      ...identity.touch(now),
      consent: instance.consent,
      ...page.read(moment),
      ...options,
      eventId: options.eventId ?? uuidv7(now),
      timestamp: attempt(() => new Date(options.timestamp ?? moment?.timestamp ?? now).toISOString()) ?? '',
      stamped: isStamped(given),
    }
    complete(event)
    const reason = refusalOf(event, now)
    if (reason) emit('dropped', event, reason)
    else if (isView) openView(event, now, !!options.title || isLeft(moment))
    else add(event, now)
  }

  /** Queues an event: open, as long as nobody has agreed to anything. */
  function add(event: TrackEvent, at: number, isOpen = !answer): StoredItem | undefined {
    const item = encode(event, at, isOpen)
    if (typeof item !== 'string') return queue.add(item)
    emit('dropped', event, item)
    return undefined
  }

  /** Adds what is known of the way here, and what the parts have to say. */
  function complete(event: TrackEvent): void {
    const isView = event.event === '$pageview'
    if (isView) Object.assign(event, referrerOf(event))
    hooks.forEach(({ enrich }) => {
      const more = attempt(() => enrich?.(event))
      Object.assign(event, more && soundFields(emit, event.event, more))
    })
    page.cut(event)
    if (isView) viewedAs = event.url
  }

  /** A view of a page that the visitor came to within this document comes from the one before. */
  function referrerOf({ url, referrer }: TrackEvent): Pick<TrackEvent, 'referrer'> {
    if (url !== viewed) cameFrom = viewedAs ?? referrer
    viewed = url
    return { referrer: cameFrom }
  }

  /** Why an event cannot be captured now. */
  function refusalOf({ event, timestamp }: TrackEvent, at: number): DropReason | undefined {
    if (answer === false) return 'consent_denied'
    if (!mayPass(event, at)) return 'rate_limited'
    return timestamp ? undefined : 'invalid_timestamp'
  }

  /**
   * The view of a page that may have no title of its own yet: all else is of this moment.
   *
   * @param isTitled - The title was given, or is that of a page that is there no more: none other will come.
   */
  function openView(event: TrackEvent, at: number, isTitled: boolean): void {
    const before = memory.title
    memory.title = event.title
    if (isTitled) {
      add(event, at)
      return
    }
    const title = before === undefined ? event.title : undefined
    stopWaiting = whenTitled(before === undefined ? before : documentFact('title'), closeView)
    untitled = add({ ...event, title }, at, true)
  }

  function closeView(): void {
    stopWaiting?.()
    const view = untitled
    untitled = undefined
    for (const item of queue.held()) {
      if (item === view) {
        memory.title = page.cut({ title: documentFact('title') }).title
        revise(item, { title: memory.title })
      }
    }
    queue.pump()
  }

  /** Adds what was not known of an event when it was captured. */
  function revise(item: StoredItem, more?: Pick<TrackEvent, 'title' | 'consent'>): void {
    const event = { ...JSON.parse(item.body), ...more }
    const revised = encode(event, item.at, !answer || item === untitled)
    if (typeof revised === 'string') queue.drop(item, revised)
    else records.store(Object.assign(item, revised))
  }

  /** What holds at this moment: what the visitor said to the whole site goes over what this page was told. */
  function lookUp(): boolean | undefined {
    const { analytics } = instance.consent ?? { analytics: true }
    // Nothing is forgotten for a refusal before the page has said all it has to say as it starts.
    const refused = isStarting ? undefined : false
    return readRefusal() || analytics === false ? refused : analytics
  }

  function mayTrack(): boolean | undefined {
    const current = lookUp()
    if (current !== answer) {
      answer = current
      obey()
    }
    return current
  }

  function mayStore(): boolean {
    return !!mayTrack() && !isHeld && !signal.aborted
  }

  function obey(): void {
    if (!answer) isHeld = true
    else if (isHeld && !signal.aborted) settle()
    if (answer === false) {
      for (const item of queue.clear()) emit('dropped', item, 'consent_denied')
      identity.forget()
      records.clear()
      emit('refused')
    }
  }

  /**
   * Agrees with other tabs on the visitor's ids, then releases.
   *
   * On a first visit in two tabs at once each makes an id. Under the lock the second finds what the first stored.
   */
  function settle(): void {
    // What was captured before the visitor agreed is sent with what they agreed to.
    for (const item of queue.held()) if (item.isOpen) revise(item, { consent: instance.consent })
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

  /** Takes over the ids that storage holds, or stores those of this page. */
  function agree(): void {
    identity.read(clock.now(), true)
  }

  /** Gives what waits the id that stays, for one that was made here. */
  function follow(made: string, id: string): void {
    if (!isHeld || !made || made === id) return
    for (const item of queue.held()) {
      const body = item.body.replaceAll(made, id)
      Object.assign(item, { body, bytes: utf8Length(body) })
    }
  }

  /** Lets go of what waited. */
  function release(): void {
    if (!mayTrack() || !isHeld || signal.aborted) return
    agree()
    allow()
  }

  function allow(): void {
    isHeld = false
    queue.held().forEach(records.store)
    records.open()
    emit('allowed')
    queue.pump()
  }

  function hide(): void {
    isLeaving = true
    closeView()
    emit('hidden')
    release()
    queue.drain()
  }

  function show(isBack?: boolean): void {
    isLeaving = false
    // Another tab may have been busy meanwhile.
    if (mayStore()) identity.read(clock.now(), true)
    queue.wake(isBack)
  }

  const instance: Instance = {
    config,
    identity,
    queue,
    hooks,
    emit,
    moment: birth.moment,
    signal,
    memory,
    consent: undefined,
    mayTrack,
    begin(parts, play) {
      instance.consent = initialConsent(config, emit)
      answer = lookUp()
      // A returning visitor's events need not wait.
      if (answer) isHeld = !identity.load(clock.now())
      for (const part of parts) {
        // One that fails must not take the others along.
        try {
          hooks.add(part(instance))
        } catch (cause) {
          emit('failed', new ThreadlineError('hook_failed', `part: ${cause}`, { cause }))
        }
      }
      instance.moment = undefined
      if (isHeld) obey()
      else allow()
      play()
      isStarting = false
      mayTrack()
    },
    reactions: {
      visibilitychange: () => (documentFact('hidden') ? hide() : show()),
      pagehide() {
        hide()
        records.leave()
      },
      pageshow({ persisted }) {
        if (!persisted) return
        // Another page may have taken over what was stored: what is there now is what is left.
        const items = queue.clear()
        records.renew()
        for (const item of items) if (!item.key) queue.add(item)
        // Another tab may have been told something while this page was kept.
        if (mayStore()) records.open()
        emit('restored')
      },
      online: () => show(true),
    },
    hide,
    closeView,
    capture,
  }
  return instance
}
