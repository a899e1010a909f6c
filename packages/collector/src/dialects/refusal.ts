import { OPTED_OUT_NAME } from '@threadline/schema'
import { isObject, type JsonMembers } from './json-members.ts'
import { cookiesOf } from './page-cookies.ts'

/**
 * What visitors have refused, by one rule for all that other services' clients send.
 *
 * An event that says no to analytics itself is refused, whoever sends it. Of a page's request besides: the cookie in which Threadline's
 * SDK keeps an opt-out refuses all of it, and Global Privacy Control all but what says yes itself (decision 0098), which is then no yes
 * to ads unless it says that too (decision 0144).
 *
 * @param isPage - Whether a page's key brought the request. A server has no browser that could say no.
 * @returns what may be stored of an event; undefined when that is nothing.
 */
export function refusalsIn(request: Request, isPage: boolean): (event: object) => object | undefined {
  const isOptedOut = isPage && Boolean(cookiesOf(request).get(OPTED_OUT_NAME))
  const isSignalled = isPage && request.headers.get('sec-gpc') === '1'
  return (event) => {
    const consent = consentOf(event)
    if (isOptedOut || consent?.['analytics'] === false) return undefined
    if (!isSignalled) return event
    return consent?.['analytics'] === true ? { ...event, consent: { ads: false, ...consent } } : undefined
  }
}

function consentOf(event: object): JsonMembers | undefined {
  const consent = 'consent' in event ? event.consent : undefined
  return isObject(consent) ? consent : undefined
}
