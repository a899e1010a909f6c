import type { TrackEvent, Utm } from '@threadline/schema'

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

/** What an event tells of an arrival. */
export function touchOf({ utm = {}, clickIds = {}, referrer, url, path }: TrackEvent): Touch {
  return {
    utm: Object.keys(utm).length > 0 ? utm : null,
    clickIds: Object.keys(clickIds).length > 0 ? clickIds : null,
    referrer: referrer && isElsewhere(referrer, url) ? referrer : null,
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

/** Browsers name the page before, which within a visit is one of the site's own. */
function isElsewhere(referrer: string, url: string | undefined): boolean {
  const from = parseUrl(referrer)
  return from !== undefined && bareHost(from) !== bareHost(parseUrl(url))
}

function bareHost(url: URL | undefined): string | undefined {
  return url?.host.replace(/^www\./, '')
}

function parseUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}
