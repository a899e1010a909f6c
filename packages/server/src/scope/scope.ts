import type { FlushOptions, FlushResult } from '@threadline/core'
import { type Consent, type EventCatalogue, isUsableId, type StandardCatalogue } from '@threadline/schema'
import { aliasEvent, type GroupOptions, groupEvent, type SubjectOptions } from '../capture/alias-and-group.ts'
import { type IdentifyOptions, identifyEvent } from '../capture/identify.ts'
import {
  type CapturableName,
  type CaptureInput,
  type EventFields,
  type Id,
  readable,
  type UncheckedInput,
} from '../capture/input.ts'
import { type StandardVerbs, standardVerbs } from '../capture/standard-verbs.ts'
import type { Path } from '../delivery/path.ts'
import type { CaptureResult } from '../delivery/verdict.ts'
import { type IdentityOptions, identityFrom } from '../identity/identity-from.ts'
import type { RequestLike } from '../identity/request.ts'

export interface ScopeOptions extends IdentityOptions {
  /**
   * The platform's way to keep working after the response, such as `ctx.waitUntil` on Workers.
   *
   * It gets one piece of work, at the scope's first event: that the events of this request leave the queues, which all
   * requests share. What has not left after about 20 s stays queued.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** A client's view for one request. */
export interface Scope<Catalogue extends EventCatalogue = StandardCatalogue> extends StandardVerbs<Catalogue> {
  /** The visitor's id that the request carried; `undefined` when it carried none. */
  readonly anonymousId: string | undefined
  /** The signed-in user: as given to `scope`, or to this scope's `identify`. */
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  /** `undefined` when neither the request nor the app said anything. */
  readonly consent: Consent | undefined
  /** Like the client's `capture`, with the request's ids and context where the event names none. */
  capture<Name extends CapturableName<Catalogue>>(input: CaptureInput<Catalogue, Name>): void
  /** Like the client's `captureNow`. */
  captureNow<Name extends CapturableName<Catalogue>>(
    input: CaptureInput<Catalogue, Name>,
    options?: FlushOptions,
  ): Promise<CaptureResult>
  /** Links the request's visitor to a user; events captured through this scope from here on carry the user's id. */
  identify(userId: string | number | bigint, options?: IdentifyOptions): void
  /** Like the client's `alias`, for the request's user and visitor. */
  alias(previousId: string | number | bigint, options?: SubjectOptions): void
  /** Like the client's `group`, for the request's user and visitor. */
  group(groupId: string | number | bigint, options?: GroupOptions): void
  /** Like the client's `flush`, for what this request captured. */
  flush(options?: FlushOptions): Promise<FlushResult>
}

export function createScope<Catalogue extends EventCatalogue>(
  request: RequestLike,
  options: ScopeOptions,
  path: Path,
): Scope<Catalogue> {
  const { anonymousId, sessionId, consent, context, ...identity } = identityFrom(request, options)
  const { ip, userAgent, ...page } = context
  let userId = identity.userId

  function complete(input: EventFields): UncheckedInput {
    return readable(() => ({
      ...(input as UncheckedInput),
      url: input.url ?? page.url,
      referrer: input.referrer ?? page.referrer,
      utm: input.utm ?? page.utm,
      anonymousId: given(input.anonymousId) ?? anonymousId,
      userId: given(input.userId) ?? userId,
      sessionId: given(input.sessionId) ?? sessionId,
      consent: narrower(consent, input.consent),
      context: { ...input.context, ip: input.context?.ip ?? ip, userAgent: input.context?.userAgent ?? userAgent },
    }))
  }

  const capture = (input: EventFields) => path.capture(complete(input))

  return {
    anonymousId,
    get userId() {
      return userId
    },
    sessionId,
    consent,
    capture,
    captureNow: (input, flushOptions) => path.captureNow(complete(input), flushOptions),
    identify(newUserId, identifyOptions = {}) {
      path.capture(complete(identifyEvent(newUserId, identifyOptions)))
      const id = typeof newUserId === 'number' || typeof newUserId === 'bigint' ? String(newUserId) : newUserId
      // One that was refused must not be on every later event of the request.
      if (isUsableId(id)) userId = id
    },
    alias: (previousId, aliasOptions = {}) => path.capture(complete(aliasEvent(previousId, aliasOptions))),
    group: (groupId, groupOptions = {}) => path.capture(complete(groupEvent(groupId, groupOptions))),
    flush: path.flush,
    // Last: what follows a spread in a literal is defined one by one, which took ten times as long as all else of a scope.
    ...standardVerbs<Catalogue>(capture),
  }
}

/** A blank id is none. */
function given(id: Id): Id {
  return typeof id === 'string' && id.trim() === '' ? undefined : id
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What both say, purpose by purpose: an event may refuse what its request allows, and never the other way round. */
function narrower(request: Consent | undefined, event: Consent | null | undefined): Consent | undefined {
  if (event === undefined || event === null) return request
  // What is no answer is refused with the event.
  if (request !== undefined && !isRecord(request)) return request
  if (!isRecord(event)) return event
  return {
    analytics: request?.analytics === false ? false : (event.analytics ?? request?.analytics),
    ads: request?.ads === false ? false : (event.ads ?? request?.ads),
  }
}
