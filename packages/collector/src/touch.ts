import { isWithin, PAYMENT_AND_SIGN_IN, type TrackEvent, type Utm } from '@threadline/schema'
import { getDomain } from 'tldts'

/** How a person came: what the first event of a visit tells about where from. */
export interface Touch {
  readonly utm: Utm | null
  /** Advertising click ids by parameter name. */
  readonly clickIds: { readonly [parameter: string]: string } | null
  /** The page that linked here; null when it was one of the site itself. */
  readonly referrer: string | null
  /** Where they landed. */
  readonly path: string | null
}

/**
 * What an event tells of an arrival.
 *
 * @param ownDomains - Domains of the site besides that of the event's page, each with all below it.
 */
export function touchOf(event: TrackEvent, ownDomains: readonly string[] = []): Touch {
  const { utm = {}, clickIds = {}, referrer, url, path } = event
  return {
    utm: Object.keys(utm).length > 0 ? utm : null,
    clickIds: Object.keys(clickIds).length > 0 ? clickIds : null,
    referrer: referrer && isReferral(referrer, url, ownDomains) ? referrer : null,
    path: path ?? parseUrl(url)?.pathname ?? null,
  }
}

/** Whether it says where the person came from. A visit without it is direct. */
export function hasSource({ utm, clickIds, referrer }: Touch): boolean {
  return utm !== null || clickIds !== null || referrer !== null
}

/**
 * What an event is among arrivals. A campaign or a click makes an arrival of it wherever it stands in a visit (2), a page elsewhere
 * that linked here only at the beginning of one (1): browsers go on naming that page.
 */
export function arrivalOf({ utm, clickIds, referrer }: Touch): 0 | 1 | 2 {
  if (utm !== null || clickIds !== null) return 2
  return referrer === null ? 0 : 1
}

/**
 * Whether somebody came from a page elsewhere. Browsers name the page before, which within a visit is one of the site's own: on the
 * same registrable domain. Whoever comes back from paying or signing in was on the site a moment ago.
 */
function isReferral(
  referrer: string | undefined,
  page: string | undefined,
  ownDomains: readonly string[] = [],
): boolean {
  const from = hostOf(referrer)
  if (from === undefined || isOneSite(from, hostOf(page))) return false
  return !isPaymentOrSignIn(from) && !ownDomains.some((domain) => isWithin(from, domain))
}

const RETURNS: ReadonlySet<string> = new Set(PAYMENT_AND_SIGN_IN)

/** As `isWithin` of any of them, without looking at each. */
function isPaymentOrSignIn(host: string): boolean {
  for (let part = host; part !== ''; part = part.slice(part.indexOf('.') + 1)) {
    if (RETURNS.has(part)) return true
    if (!part.includes('.')) return false
  }
  return false
}

/** The host of an address, in lower case and without `www.`; undefined when there is none. */
export function hostOf(address: string | undefined): string | undefined {
  const host = parseUrl(address)
    ?.hostname.toLowerCase()
    .replace(/^www\./, '')
  return host === '' ? undefined : host
}

function isOneSite(from: string, page: string | undefined): boolean {
  if (page === undefined) return false
  return from === page || (getDomain(from, WHOLE_LIST) ?? from) === getDomain(page, WHOLE_LIST)
}

/** Names below `github.io` and the like belong to different people. */
const WHOLE_LIST = { allowPrivateDomains: true }

function parseUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}
