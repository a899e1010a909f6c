import type { EventContext, TrackEvent } from '@threadline/schema'
import { VERSION } from '../version.ts'

export type PageContext = Pick<TrackEvent, 'url' | 'path' | 'title' | 'referrer' | 'utm' | 'clickIds' | 'context'>

/** A campaign parameter, its name in the group; or the click id of Google, Meta, Microsoft, TikTok, X, Yandex and others. */
const CAMPAIGN = /^(?:utm_(source|medium|campaign|term|content)|[a-z]*clk?id|[gw]braid|sccid|li_fat_id|rdt_cid|epik)$/i

/** Longest campaign value that is taken from an address. */
const MAX_VALUE_LENGTH = 500

/** A fragment that is no hash route such as `#/cart` or `#!/cart`: browsers send none, since it may hold a token. */
const FRAGMENT = /#(?!!?\/).*/

/** The page's address as it may be sent. */
export const pageUrl = (): string => location.href.replace(FRAGMENT, '')

/** Newer than TypeScript's DOM library. */
interface TemporalGlobal {
  readonly Temporal?: { readonly Now: { timeZoneId(): string } }
}

/** `Intl` takes tens of milliseconds on a slow phone to say the same. */
function timezone(): string {
  const { Temporal }: TemporalGlobal & typeof globalThis = globalThis
  return Temporal ? Temporal.Now.timeZoneId() : Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Reads where the visitor is. Touches nothing that would make the browser lay out the page. */
export function createPageContext(): () => PageContext {
  let context: EventContext | undefined
  let utm: { [name: string]: string } = {}
  let clickIds: { [name: string]: string } = {}
  let search = ''

  return () => {
    const { title, referrer } = document
    if (search !== location.search) {
      search = location.search
      utm = {}
      clickIds = {}
      for (const [name, value] of new URLSearchParams(search)) {
        const [isCampaign, field] = (value && CAMPAIGN.exec(name)) || []
        if (field) utm[field.toLowerCase()] = value.slice(0, MAX_VALUE_LENGTH)
        else if (isCampaign) clickIds[name] = value.slice(0, MAX_VALUE_LENGTH)
      }
    }
    const { width, height } = screen
    context ??= {
      library: `@threadline/browser/${VERSION}`,
      locale: navigator.language,
      timezone: timezone(),
      screen: { width, height },
    }
    return { url: pageUrl(), path: location.pathname, title, referrer, utm, clickIds, context }
  }
}
