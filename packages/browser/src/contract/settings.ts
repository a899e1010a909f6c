import type { Destination, DropReason, ThreadlineError } from '@threadline/core'
import type { Consent, EventCatalogue, TrackEvent } from '@threadline/schema'

/** What the visitor said: to everything, or purpose by purpose. A purpose that is left out is undecided. */
export type ConsentChoice = 'granted' | 'denied' | 'pending' | Consent

/** An event that was given up. */
export interface DroppedEvent {
  readonly eventId: string
  readonly event: string
}

/** Looks at an event before it is encoded: returns it, a changed copy, or `null` to drop it. */
export type CaptureHook = (event: TrackEvent) => TrackEvent | null

/**
 * Says which page an address is: a `$pageview` is captured when that changes. For `undefined` the address is still the
 * page of before. See `byPath`, `byQuery` and `byHash`.
 */
export type PageviewRule = (address: URL) => string | undefined

/** When a `$pageview` is captured, besides the load of a page. */
export interface PageviewRules {
  /**
   * What makes a page.
   *
   * @defaultValue `byQuery`: path and query
   */
  readonly by?: PageviewRule
  /**
   * Counts addresses that `history.replaceState` has set, too. Search boxes and maps use it many times a second.
   *
   * @defaultValue `false`
   */
  readonly replace?: boolean
}

/** How a client works, besides the optional parts that are added to it: see `BrowserConfig`. */
export interface Settings {
  /** Public key of a Threadline collector, `pk_…`. Required without `destination`. */
  readonly key?: string
  /** The collector's origin, or a path of the site that forwards to it: `https://events.example.com`, `/t`. */
  readonly host?: string
  /** Where events go instead of a Threadline collector. One that carries a secret is refused. */
  readonly destination?: Destination
  /** A catalogue made by `defineEvents`. Types `capture`; checked against in development only. */
  readonly events?: EventCatalogue

  /**
   * Waiting events that start a request.
   *
   * @defaultValue `20`
   */
  readonly flushAt?: number
  /**
   * How long events wait for others after a request, in milliseconds. The first event, and one after a longer silence,
   * starts a request at once.
   *
   * @defaultValue `2_000`
   */
  readonly flushIntervalMs?: number
  /**
   * Captures `$pageview` when the page loads and when path or query of its address change, or by rules of your own.
   *
   * @defaultValue `true`
   */
  readonly pageviews?: boolean | PageviewRules

  /**
   * What the visitor has agreed to before the page asks. `pending` holds events in memory and stores nothing; a refusal
   * that the visitor stated on an earlier page goes over it, unless this says `granted`.
   *
   * @defaultValue `'granted'`
   */
  readonly consent?: ConsentChoice
  /**
   * Takes the browser's Global Privacy Control signal for a refusal, unless the site has an answer: `consent`, here or called.
   * Then `ads` is refused all the same unless that answer names it: `granted` is no yes to ads.
   *
   * @defaultValue `true`
   */
  readonly honorGpc?: boolean
  /**
   * Takes the browser's Do Not Track signal for a refusal, in the same way.
   *
   * @defaultValue `false`
   */
  readonly honorDnt?: boolean

  /**
   * Name of the cookie that holds the visitor's id.
   *
   * @defaultValue `'tl_id'`
   */
  readonly cookieName?: string
  /**
   * `localStorage` key that mirrors the cookie.
   *
   * @defaultValue the cookie's name
   */
  readonly storageKey?: string
  /** Domain of the cookies, for example `shop.example.com`. The widest that the browser accepts, unless given. */
  readonly cookieDomain?: string
  /**
   * Life of the cookies in days, renewed on each visit. Browsers cap it at 400, Safari at 7 for cookies set by script.
   *
   * @defaultValue `395`
   */
  readonly cookieMaxAgeDays?: number
  /**
   * `none` is for pages that live in other sites' frames, and needs https.
   *
   * @defaultValue `'lax'`
   */
  readonly cookieSameSite?: 'lax' | 'strict' | 'none'
  /**
   * Cookies or `localStorage` keys of other trackers whose visitor id is taken over where Threadline has none yet, the
   * first that holds a usable one: `['_fn_vid', 'analyse_anon_id']`. A function finds one that is not stored as it is: see
   * `storedId`. The destination's own store unless given.
   */
  readonly adoptIds?: readonly (string | (() => string | undefined))[]

  /** Called for every event before it is encoded. When it throws, the event is dropped. See `chain` for several. */
  readonly onCapture?: CaptureHook
  /** Told of every event that leaves undelivered. */
  readonly onDrop?: (event: DroppedEvent, reason: DropReason) => void
  /** Told of what goes wrong: refused events, and outages once each. */
  readonly onError?: (error: ThreadlineError) => void
}
