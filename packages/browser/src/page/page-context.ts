import type { EventContext, TrackEvent } from '@threadline/schema'
import type { PageView } from '../contract/instance.ts'
import { attempt } from '../platform/attempt.ts'
import { documentFact } from '../platform/page-globals.ts'
import { VERSION } from '../version.ts'

export type PageContext = PageView & Pick<TrackEvent, 'context'>

/** A campaign parameter, its name in the group; or the click id of Google, Meta, Microsoft, TikTok, X, Yandex and others. */
const CAMPAIGN = /^(?:utm_(source|medium|campaign|term|content)|[a-z]*clk?id|[gw]braid|sccid|li_fat_id|rdt_cid|epik)$/i

/** Longest campaign value and title that is taken, in UTF-16 code units. */
const MAX_VALUE_LENGTH = 500
/** Longest address that is taken: state kept in an address must not make an event too large. */
const MAX_ADDRESS_LENGTH = 4_000
/** Most click ids that are taken from an address. */
const MAX_CLICK_IDS = 20

/** A fragment that is no hash route such as `#/cart` or `#!/cart`: browsers send none, since it may hold a token. */
const FRAGMENT = /#(?!!?\/).*/

/** The page's address as it may be sent. */
export const pageUrl = (): string => location.href.replace(FRAGMENT, '')

/** Newer than TypeScript's DOM library. */
interface TemporalGlobal {
  readonly Temporal?: { readonly Now: { timeZoneId(): string } }
}

/** `Intl` takes tens of milliseconds on a slow phone to say the same. */
function timezone(): string | undefined {
  const { Temporal }: TemporalGlobal & Window = window
  // A page's own element or variable may have the name.
  return attempt(() => Temporal?.Now.timeZoneId()) ?? attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
}

/** The screen's size, if a page has not put something of its own in its place. */
function screenSize(): EventContext['screen'] {
  const { width, height } = { ...attempt(() => ({ width: screen.width, height: screen.height })) }
  return width && height ? { width, height } : undefined
}

/**
 * Reads where the visitor is. Touches nothing that would make the browser lay out the page.
 *
 * What is `known` of the page already is taken as it is, but for its length.
 *
 * @param onCut - Called with the name of each field that was too long to be taken whole.
 */
export function createPageContext(onCut: (field: string) => void): (known: Partial<PageView>) => PageContext {
  let context: EventContext | undefined
  let utm: { [name: string]: string } = {}
  let clickIds: { [name: string]: string } = {}
  let search = ''

  function cut(field: string, text: string, length: number): string {
    if (text.length <= length) return text
    onCut(field)
    return text.slice(0, length)
  }

  return (known) => {
    const { url = pageUrl(), path = location.pathname } = known
    const { title = documentFact('title'), referrer = documentFact('referrer') } = known
    if (search !== location.search) {
      search = location.search
      utm = {}
      clickIds = {}
      new URLSearchParams(search).forEach((value, name) => {
        const [isCampaign, field] = (value && CAMPAIGN.exec(name)) || []
        if (field) utm[field.toLowerCase()] = cut('utm', value, MAX_VALUE_LENGTH)
        else if (isCampaign && Object.keys(clickIds).length < MAX_CLICK_IDS)
          clickIds[name] = cut('clickIds', value, MAX_VALUE_LENGTH)
      })
    }
    context ??= {
      library: `@threadline/browser/${VERSION}`,
      locale: navigator.language,
      timezone: timezone(),
      screen: screenSize(),
      automated: navigator.webdriver || 'Cypress' in window || undefined,
    }
    return {
      url: cut('url', url, MAX_ADDRESS_LENGTH),
      path: cut('path', path, MAX_ADDRESS_LENGTH),
      title: cut('title', title, MAX_VALUE_LENGTH),
      referrer: cut('referrer', referrer, MAX_ADDRESS_LENGTH),
      utm: known.utm ?? utm,
      clickIds: known.clickIds ?? clickIds,
      context,
    }
  }
}
