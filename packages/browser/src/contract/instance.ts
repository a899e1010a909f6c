import type { Consent, EventInput, JsonObject, TrackEvent } from '@threadline/schema'
import type { Emit, Hooks } from './hooks.ts'
import type { Identity } from './identity.ts'
import type { PageQueue } from './page-queue.ts'
import type { Settings } from './settings.ts'

/** What a caller may say about an event besides its name and properties. */
export type CaptureOptions = Pick<EventInput, 'eventId' | 'timestamp' | 'value' | 'currency' | 'email'>

/** Where the visitor is, as far as an event tells it. */
export type PageView = Pick<TrackEvent, 'url' | 'path' | 'title' | 'referrer' | 'utm' | 'clickIds'>

/** When and where the page did something that an event tells of later. */
export interface Moment {
  /** Absent on a prerendered page, like all that follows: what is called there happens when it is shown. */
  readonly timestamp?: Date
  /** The whole address, its fragment included. */
  readonly url: string
  readonly title?: string
  /** What stood for the page in the tab's history. */
  readonly entry?: string | number
}

/** What a page remembers of a client that was taken down: the page is still the same. */
export interface PageMemory {
  /** The page that was counted last, by the rule for page views. */
  seen?: string | undefined
  /** The title that its view was sent with. */
  title?: string | undefined
}

/**
 * A client from the inside: what the verbs and the optional parts work on, also those of another version of this package on the
 * page. Within a major version it only gains members.
 */
export interface Instance {
  readonly config: Settings
  readonly identity: Identity
  readonly queue: PageQueue
  /** Who is told of what happens: the page's own callbacks, the parts, and whoever joins them for a while. */
  readonly hooks: Set<Hooks>
  /** Tells all of them. */
  readonly emit: Emit
  /**
   * When and where the page did what is captured now, if that was before: while the parts start, when the client was started;
   * then, the calls that are played. See `addressOf`.
   */
  moment: Moment | undefined
  /** Aborted when the client is taken down: parts give it to their listeners, and undo by it what else they did. */
  readonly signal: AbortSignal
  readonly memory: PageMemory
  /** What this page was told. */
  consent: Consent | undefined
  /**
   * Whether events may be captured at this moment; `undefined` while nobody has said. Acts on what has changed: what this
   * page was told, and what the visitor refused in any tab.
   */
  readonly mayTrack: () => boolean | undefined
  /**
   * Reads what is stored, starts the parts, then has the calls of before `play`: what they say about consent holds from the
   * start. Called once; nothing else of an instance works before.
   */
  readonly begin: (parts: readonly Part[], play: () => void) => void
  /** What the instance does on events of the window, by their type. */
  readonly reactions: { readonly [type: string]: (event: Event & { readonly persisted?: boolean }) => void }
  /** The page is hidden, perhaps for good. */
  readonly hide: () => void
  /** Gives a pageview that waits for its page's title the one that stands there. */
  readonly closeView: () => void
  readonly capture: (
    event: string,
    properties?: JsonObject,
    options?: CaptureOptions & Pick<TrackEvent, 'traits' | 'stamped'> & Partial<PageView>,
  ) => void
}

/** An optional part of a client; costs nothing where it is not imported. Called once, before anything is sent or stored. */
export type Part = (instance: Instance) => Hooks
