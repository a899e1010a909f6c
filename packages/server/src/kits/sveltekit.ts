import type { EventCatalogue } from '@threadline/schema'
import type { Scope } from '../scope/scope.ts'
import { createWebKit, type WebKitOptions } from './web.ts'

/** SvelteKit's `RequestEvent`, as far as it is looked at. */
export interface SvelteKitEvent {
  readonly request: Request
  readonly locals: object
  readonly platform?: object | undefined
  getClientAddress(): string
}

/** The argument of SvelteKit's `handle` hook. */
export interface SvelteKitHandleInput<Event extends SvelteKitEvent> {
  readonly event: Event
  readonly resolve: (event: Event) => Response | Promise<Response>
}

export interface SvelteKitKit<Catalogue extends EventCatalogue, Event extends SvelteKitEvent> {
  /** `export const handle` of `src/hooks.server.ts`, alone or in a `sequence`, first. */
  handle<Actual extends Event>(input: SvelteKitHandleInput<Actual>): Promise<Response>
  /** The scope of a request, in `load`, actions and endpoints: `track(event)`. */
  track(event: { readonly locals: object }): Scope<Catalogue>
}

/**
 * Threadline for SvelteKit.
 *
 * Where the adapter has `platform.context.waitUntil` or `platform.ctx.waitUntil` (Cloudflare), each request delivers what
 * it captured after its response. Elsewhere the client sends in the background.
 */
export function sveltekitKit<Catalogue extends EventCatalogue, Event extends SvelteKitEvent = SvelteKitEvent>(
  options: WebKitOptions<Catalogue, Event>,
): SvelteKitKit<Catalogue, Event> {
  const kit = createWebKit(options)
  /** By `locals`, which SvelteKit makes anew for each request. */
  const scopes = new WeakMap<object, () => Scope<Catalogue>>()
  return {
    handle: ({ event, resolve }) =>
      kit.handle(
        {
          request: event.request,
          source: event,
          remoteAddress: addressOf(event),
          waitUntil: waitUntilOf(event.platform),
        },
        (visit) => {
          scopes.set(event.locals, () => visit.track)
          return resolve(event)
        },
      ),
    track({ locals }) {
      const scope = scopes.get(locals)
      if (!scope) throw new TypeError('track: this request did not pass the handle hook of hooks.server.ts')
      return scope()
    },
  }
}

/** Adapters throw where they do not know it, and while pages are prerendered. */
function addressOf(event: SvelteKitEvent): string | undefined {
  try {
    return event.getClientAddress()
  } catch {
    return undefined
  }
}

function waitUntilOf(platform: object | undefined): ((work: Promise<unknown>) => void) | undefined {
  for (const name of ['context', 'ctx']) {
    const context: unknown = platform && Reflect.get(platform, name)
    if (typeof context !== 'object' || context === null) continue
    const waitUntil: unknown = Reflect.get(context, 'waitUntil')
    if (typeof waitUntil === 'function') return (work) => waitUntil.call(context, work)
  }
  return undefined
}
