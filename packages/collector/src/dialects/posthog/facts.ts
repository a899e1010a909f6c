import { isText } from '../segment/members.ts'
import { orNothing, type Properties, utmOf } from '../translate.ts'
import { isNumber } from './kinds.ts'
import type { PropertyBag } from './property-bag.ts'

/** Parameters that PostHog's script takes from an address besides `utm_`; our SDKs' list of click ids is part of it. */
const CLICK_ID = /^(?:[a-z]*clk?id|gclsrc|gad_source|[gw]braid|sccid|li_fat_id|rdt_cid|epik|igshid|mc_cid|_kx)$/i

/** What PostHog's script says where nobody linked here. */
const DIRECT = '$direct'

/** What a page and its browser are, under the names of PostHog's own script. */
export function factsOf(bag: PropertyBag, isTrusted: boolean): Properties {
  dropAbsent(bag)
  const url = bag.take('$current_url', isText)
  const address = urlOf(url)
  bag.take('$host', (host): host is unknown => host === address?.host || host === address?.hostname)
  const referrer = bag.take('$referrer', isText)
  const from = urlOf(referrer)
  bag.take(
    '$referring_domain',
    (host): host is unknown => host === DIRECT || host === from?.host || host === from?.hostname,
  )
  return {
    url,
    path: bag.take('$pathname', isText),
    // Elsewhere it is as likely a title of somebody's own.
    title: url === undefined ? undefined : bag.take('title', isText),
    referrer: referrer === DIRECT ? undefined : referrer,
    utm: utmOf((name) => bag.take(name, isText)),
    clickIds: clickIdsOf(bag),
    context: contextOf(bag, isTrusted),
  }
}

function clickIdsOf(bag: PropertyBag): Properties | undefined {
  const found = bag.names().filter((name) => CLICK_ID.test(name))
  return orNothing(
    Object.fromEntries(
      found.flatMap((name) => {
        const value = bag.take(name, isText)
        return value === undefined ? [] : [[name, value] as const]
      }),
    ),
  )
}

/** PostHog's script names the campaign parameters that an address does not have, too. */
function dropAbsent(bag: PropertyBag): void {
  const isNull = (value: unknown): value is null => value === null
  for (const name of bag.names()) if (/^utm_/.test(name) || CLICK_ID.test(name)) bag.take(name, isNull)
}

function contextOf(bag: PropertyBag, isTrusted: boolean): Properties | undefined {
  const name = bag.take('$lib', isText)
  const version = name === undefined ? undefined : bag.take('$lib_version', isText)
  const width = bag.take('$screen_width', isNumber)
  const height = bag.take('$screen_height', isNumber)
  const context = {
    library: version === undefined ? name : `${name}/${version}`,
    locale: bag.take('$browser_language', isText),
    timezone: bag.take('$timezone', isText),
    screen: width === undefined || height === undefined ? undefined : { width, height },
    userAgent: bag.take('$raw_user_agent', isText),
    ip: isTrusted ? bag.take('$ip', isText) : undefined,
  }
  return Object.values(context).every((value) => value === undefined) ? undefined : context
}

function urlOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}
