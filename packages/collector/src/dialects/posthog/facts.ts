import { isText } from '../json-members.ts'
import { type Members, take } from '../members.ts'
import { isDirect, orNothing, type Properties, presentOrNothing, utmOf } from '../translate.ts'
import { isNumber } from './kinds.ts'
import type { Told } from './told.ts'

/** Parameters that PostHog's script takes from an address; our SDKs' list of click ids is part of it. */
const CAMPAIGN =
  /^(?:utm_(?:source|medium|campaign|term|content)|[a-z]*clk?id|gclsrc|gad_source|[gw]braid|sccid|li_fat_id|rdt_cid|epik|igshid|mc_cid|_kx)$/i

/** What a page and its browser are, under the names of PostHog's own script. */
export function factsOf({ bag, beside }: Told, isTrusted: boolean): Properties {
  const url = take(bag, '$current_url', isText)
  take(bag, '$host', (host): host is unknown => isHostOf(host, url))
  const referrer = take(bag, '$referrer', isText)
  take(bag, '$referring_domain', (host): host is unknown => isDirect(host) || isHostOf(host, referrer))
  const { utm, clickIds } = campaignOf(bag)
  return {
    url,
    path: take(bag, '$pathname', isText),
    // Elsewhere it is as likely a title of somebody's own.
    title: url === undefined ? undefined : take(bag, 'title', isText),
    referrer: isDirect(referrer) ? undefined : referrer,
    utm,
    clickIds,
    context: contextOf({ bag, beside }, isTrusted),
  }
}

/** A null is a parameter that the address does not have: PostHog's script names those, too. */
function campaignOf(bag: Members): {
  readonly utm?: Properties | undefined
  readonly clickIds?: Properties | undefined
} {
  const found = Object.keys(bag.source).filter((name) => !name.startsWith('$') && CAMPAIGN.test(name))
  if (found.length === 0) return {}
  for (const name of found) take(bag, name, isNull)
  const utm = utmOf((name) => take(bag, name, isText))
  const clickIds = found.flatMap((name) => {
    const value = name.startsWith('utm_') ? undefined : take(bag, name, isText)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { utm, clickIds: orNothing(Object.fromEntries(clickIds)) }
}

const isNull = (value: unknown): value is null => value === null

function contextOf({ bag, beside }: Told, isTrusted: boolean): Properties | undefined {
  const [name, version] = libraryOf(bag, '$lib') ?? libraryOf(beside, 'library') ?? []
  const width = take(bag, '$screen_width', isNumber)
  const height = take(bag, '$screen_height', isNumber)
  return presentOrNothing({
    library: version === undefined ? name : `${name}/${version}`,
    locale: take(bag, '$browser_language', isText),
    timezone: take(bag, '$timezone', isText),
    screen: width === undefined || height === undefined ? undefined : { width, height },
    userAgent: take(bag, '$raw_user_agent', isText),
    ip: isTrusted ? take(bag, '$ip', isText) : undefined,
  })
}

/** Clients name themselves among the properties; some do so beside them too, and old ones there alone. */
function libraryOf(bag: Members, member: '$lib' | 'library'): readonly [name: string, version?: string] | undefined {
  const name = take(bag, member, isText)
  if (name === undefined) return undefined
  const version = take(bag, `${member}_version`, isText)
  return version === undefined ? [name] : [name, version]
}

/** Whether `host` says no more than the address, with or without its port. */
function isHostOf(host: unknown, url: string | undefined): boolean {
  if (!isText(host) || url === undefined) return false
  const start = url.indexOf('//') + 2
  // As it nearly always is, and parsing takes as long as all the rest.
  if (url.startsWith(`${host}/`, start)) return true
  if (!URL.canParse(url)) return false
  const address = new URL(url)
  return host === address.host || host === address.hostname
}
