import { clientHintsOf } from './agent.ts'
import type { Visitor } from './derived.ts'
import { type PlaceHeaders, placeOfHeaders } from './place.ts'

export interface VisitorOptions {
  /** @defaultValue none is believed */
  readonly placeHeaders?: PlaceHeaders | undefined
  /** The address that a request comes from; undefined or empty when it is not known. */
  readonly addressOf: (request: Request) => string | undefined
}

/** Longest user agent that is kept, in characters: no honest one is longer. */
export const MAX_USER_AGENT = 512

/** Every browser calls itself so; programs that send events of others do not. */
const BROWSER = /^(?:Mozilla|Opera)\//

/**
 * Reads who sends a request, when it is a browser. What a program sends, with whatever key, says nothing about the visitor: its
 * address and user agent are those of a server.
 */
export function createVisitorReader({
  placeHeaders,
  addressOf,
}: VisitorOptions): (request: Request) => Visitor | undefined {
  return (request) => {
    const header = (name: string) => request.headers.get(name) ?? undefined
    const userAgent = header('user-agent')?.slice(0, MAX_USER_AGENT) ?? ''
    if (!BROWSER.test(userAgent)) return undefined
    const clientHints = clientHintsOf(header)
    const address = addressOf(request)
    const place = placeHeaders && placeOfHeaders(placeHeaders, header)
    return { userAgent, ...(clientHints && { clientHints }), ...(address && { address }), ...(place && { place }) }
  }
}
