import { isText } from '../segment/members.ts'
import { isDirect, orNothing, type Properties, presentOf, utmOf } from '../translate.ts'
import { isNumber } from './kinds.ts'
import type { PropertyBag } from './property-bag.ts'

/** Parameters that PostHog's script takes from an address; our SDKs' list of click ids is part of it. */
const CAMPAIGN =
  /^(?:utm_(?:source|medium|campaign|term|content)|[a-z]*clk?id|gclsrc|gad_source|[gw]braid|sccid|li_fat_id|rdt_cid|epik|igshid|mc_cid|_kx)$/i

/** What a page and its browser are, under the names of PostHog's own script. */
export function factsOf(bag: PropertyBag, isTrusted: boolean): Properties {
  const url = bag.take('$current_url', isText)
  bag.take('$host', (host): host is unknown => isHostOf(host, url))
  const referrer = bag.take('$referrer', isText)
  bag.take('$referring_domain', (host): host is unknown => isDirect(host) || isHostOf(host, referrer))
  const { utm, clickIds } = campaignOf(bag)
  return {
    url,
    path: bag.take('$pathname', isText),
    // Elsewhere it is as likely a title of somebody's own.
    title: url === undefined ? undefined : bag.take('title', isText),
    referrer: isDirect(referrer) ? undefined : referrer,
    utm,
    clickIds,
    context: contextOf(bag, isTrusted),
  }
}

/** A null is a parameter that the address does not have: PostHog's script names those, too. */
function campaignOf(bag: PropertyBag): {
  readonly utm?: Properties | undefined
  readonly clickIds?: Properties | undefined
} {
  const found = bag.names().filter((name) => !name.startsWith('$') && CAMPAIGN.test(name))
  if (found.length === 0) return {}
  for (const name of found) bag.take(name, isNull)
  const utm = utmOf((name) => bag.take(name, isText))
  const clickIds = found.flatMap((name) => {
    const value = name.startsWith('utm_') ? undefined : bag.take(name, isText)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { utm, clickIds: orNothing(Object.fromEntries(clickIds)) }
}

const isNull = (value: unknown): value is null => value === null

function contextOf(bag: PropertyBag, isTrusted: boolean): Properties | undefined {
  const name = bag.take('$lib', isText)
  const version = name === undefined ? undefined : bag.take('$lib_version', isText)
  const width = bag.take('$screen_width', isNumber)
  const height = bag.take('$screen_height', isNumber)
  return orNothing(
    presentOf({
      library: version === undefined ? name : `${name}/${version}`,
      locale: bag.take('$browser_language', isText),
      timezone: bag.take('$timezone', isText),
      screen: width === undefined || height === undefined ? undefined : { width, height },
      userAgent: bag.take('$raw_user_agent', isText),
      ip: isTrusted ? bag.take('$ip', isText) : undefined,
    }),
  )
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
