import { type EventCatalogue, ID_NAME } from '@threadline/schema'
// With their extension, since Next has no export map and Node then needs it.
import { headers } from 'next/headers.js'
import { after, NextResponse } from 'next/server.js'
import type { Scope } from '../scope/scope.ts'
import { beginVisit } from './visit.ts'
import { createWebKit, type WebKitOptions } from './web.ts'

/** A request as server code of the App Router sees it: its headers. */
export interface NextSource {
  readonly headers: Headers
}

export type NextKitOptions<Catalogue extends EventCatalogue> = Omit<
  WebKitOptions<Catalogue, NextSource>,
  'awaitFlushMs'
>

export interface NextKit<Catalogue extends EventCatalogue> {
  /** For `proxy.ts` (`middleware.ts` before Next 16): owns the visitor's cookie and answers the browser's batches. */
  middleware(request: Request): Promise<Response>
  /**
   * The scope of the current request, in route handlers, server actions and server components that are rendered on
   * request. Its events are delivered after the response, by Next's `after`.
   */
  track(): Promise<Scope<Catalogue>>
}

/**
 * Threadline for the App Router of Next 15.1 and later.
 *
 * @example
 * ```ts
 * // proxy.ts
 * export const proxy = (request: NextRequest) => kit.middleware(request)
 *
 * // app/api/signup/route.ts
 * export async function POST() {
 *   const track = await kit.track()
 *   track.capture({ event: 'signup_completed', userId: 'user_42' })
 *   return Response.json({ ok: true })
 * }
 * ```
 */
export function nextKit<Catalogue extends EventCatalogue>(options: NextKitOptions<Catalogue>): NextKit<Catalogue> {
  const kit = createWebKit(options)
  const { cookie = {} } = options
  const cookieName = (cookie === false ? undefined : cookie.name) ?? ID_NAME
  return {
    middleware: (request) =>
      kit.handle({ request, source: request }, ({ anonymousId }) => {
        // A new id must reach the page that is being rendered, not only the browser.
        const forwarded = new Headers(request.headers)
        if (anonymousId !== undefined) forwarded.set('cookie', withCookie(forwarded, cookieName, anonymousId))
        return NextResponse.next({ request: { headers: forwarded } })
      }),
    async track() {
      const source = { headers: new Headers(await headers()) }
      return beginVisit(options, { request: source, source, waitUntil: (work) => after(work) }).track
    },
  }
}

function withCookie(given: Headers, name: string, value: string): string {
  const others = (given.get('cookie') ?? '').split(/;\s*/).filter((pair) => pair !== '' && !pair.startsWith(`${name}=`))
  return [...others, `${name}=${value}`].join('; ')
}
