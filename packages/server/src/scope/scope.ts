import type { FlushOptions, FlushResult } from '@threadline/core'
import type { Consent, EventCatalogue, StandardCatalogue } from '@threadline/schema'
import type { CapturableName, CaptureInput, EventFields, UncheckedInput } from '../capture/input.ts'
import { type IdentifyOptions, identifyEvent } from '../identify.ts'
import type { Path } from '../path.ts'
import type { CaptureResult } from '../server-client.ts'
import { identityFrom, type RequestIdentity, type RequestLike } from './identity.ts'

export interface ScopeOptions {
  /**
   * The platform's way to keep working after the response, such as `ctx.waitUntil` on Workers.
   *
   * The scope then has queues of its own and flushes them once, at its first event, when the request's other work is
   * done: no promise is shared with another request, which Workers forbid.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** The signed-in user, from your own session. */
  readonly userId?: string | null | undefined
  /** In place of what the request carries. */
  readonly anonymousId?: string | null | undefined
  readonly sessionId?: string | null | undefined
  readonly consent?: Consent | undefined
  /** The visitor's address, if your proxy tells it reliably. It is not guessed from headers, which can be forged. */
  readonly ip?: string | undefined
}

/** A client's view for one request. */
export interface Scope<Catalogue extends EventCatalogue = StandardCatalogue> {
  /** The visitor's id that the request carried; `undefined` when it carried none. */
  readonly anonymousId: string | undefined
  readonly sessionId: string | undefined
  /** Like the client's `capture`, with the request's ids and context where the event names none. */
  capture<Name extends CapturableName<Catalogue>>(input: CaptureInput<Catalogue, Name>): void
  /** Like the client's `captureNow`. */
  captureNow<Name extends CapturableName<Catalogue>>(
    input: CaptureInput<Catalogue, Name>,
    options?: FlushOptions,
  ): Promise<CaptureResult>
  /** Links the request's visitor to a user; events captured through this scope from here on carry the user's id. */
  identify(userId: string, options?: IdentifyOptions): void
  /** Like the client's `flush`, for what this request captured. */
  flush(options?: FlushOptions): Promise<FlushResult>
}

export function createScope<Catalogue extends EventCatalogue>(
  request: RequestLike,
  options: ScopeOptions,
  path: Path,
): Scope<Catalogue> {
  const identity = withOptions(identityFrom(request), options)
  let userId = options.userId

  function complete(input: EventFields): UncheckedInput {
    const { anonymousId, sessionId, consent, context } = identity
    return {
      ...(input as UncheckedInput),
      anonymousId: input.anonymousId ?? anonymousId,
      userId: input.userId ?? userId,
      sessionId: input.sessionId ?? sessionId,
      consent: consent || input.consent ? { ...consent, ...input.consent } : undefined,
      context: { ...context, ...input.context },
    }
  }

  return {
    anonymousId: identity.anonymousId,
    sessionId: identity.sessionId,
    capture: (input) => path.capture(complete(input)),
    captureNow: (input, flushOptions) => path.captureNow(complete(input), flushOptions),
    identify(newUserId, identifyOptions = {}) {
      path.capture(complete(identifyEvent(newUserId, identifyOptions)))
      userId = newUserId
    },
    flush: path.flush,
  }
}

function withOptions(identity: RequestIdentity, options: ScopeOptions): RequestIdentity {
  const { consent, ip } = options
  return {
    anonymousId: options.anonymousId ?? identity.anonymousId,
    sessionId: options.sessionId ?? identity.sessionId,
    consent: consent ? { ...identity.consent, ...consent } : identity.consent,
    context: ip === undefined ? identity.context : { ...identity.context, ip },
  }
}
