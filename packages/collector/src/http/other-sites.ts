import { RequestError } from './request-error.ts'

/**
 * Refuses what a page elsewhere sent: it must neither open the live page of somebody else's project, nor close it, nor change with its
 * cookie, which a site under the same domain sends along. Browsers tell who sent a form by `Sec-Fetch-Site`, where they are new enough
 * and reach this page by https or on this machine; all of them by `Origin`. What sends neither is no browser.
 *
 * @throws {@link RequestError} `forbidden`.
 */
export function refuseOtherSites(request: Request): void {
  const { headers } = request
  const site = headers.get('sec-fetch-site')
  const isOurs = site === null ? isOwnOrigin(request, headers.get('origin')) : site === 'same-origin' || site === 'none'
  if (!isOurs) throw new RequestError('forbidden', 'this was sent by a page of another site')
}

/** By the host alone: a proxy that speaks TLS to the browser speaks http to us, and may tell the host in a header of its own. */
function isOwnOrigin({ url, headers }: Request, origin: string | null): boolean {
  if (origin === null) return true
  const sender = URL.canParse(origin) ? new URL(origin).host : ''
  return [new URL(url).host, headers.get('host'), headers.get('x-forwarded-host')].includes(sender)
}
