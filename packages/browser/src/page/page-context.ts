import type { EventContext, TrackEvent } from '@threadline/schema'
import type { Moment, PageView } from '../contract/instance.ts'
import { attempt } from '../platform/attempt.ts'
import { documentFact } from '../platform/page-globals.ts'
import { VERSION } from '../version.ts'

/** A campaign parameter, its name in the group; or the click id of Google, Meta, Microsoft, TikTok, X, Yandex and others. */
const CAMPAIGN = /^(?:utm_(source|medium|campaign|term|content)|[a-z]*clk?id|[gw]braid|sccid|li_fat_id|rdt_cid|epik)$/i

/** Longest campaign value that is taken, in UTF-16 code units. */
const MAX_VALUE_LENGTH = 500
/** Longest texts that are taken: state that is kept in an address must not make an event too large. */
const LONGEST = { url: 4_000, path: 4_000, referrer: 4_000, title: MAX_VALUE_LENGTH }
/** Most click ids that are taken from an address. */
const MAX_CLICK_IDS = 20

/** A fragment that is no hash route such as `#/cart` or `#!/cart`: browsers send none, since it may hold a token. */
const FRAGMENT = /#(?!!?\/).*/

/** An address of a page as it may be sent. */
export const withoutFragment = (url: string): string => url.replace(FRAGMENT, '')

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
  const { width, height }: Partial<Screen> = Object(window.screen)
  return width && height ? { width, height } : undefined
}

/** Says where the visitor is. */
export interface PageContext {
  /** Reads it, as far as it was not noted at the `moment`. Touches nothing that would make the browser lay out the page. */
  read(moment?: Moment): PageView & Pick<TrackEvent, 'context'>
  /** Cuts what is too long, wherever it is from. Returns what it was given. */
  cut(view: PageView): PageView
}

/** @param onCut - Called once with the name of each field that was too long to be taken whole. */
export function createPageContext(onCut: (field: string) => void): PageContext {
  let context: EventContext | undefined
  let address: string | undefined
  let place: PageView = {}
  const told = new Set<string>()

  function shortened(field: string, text: string, length: number): string {
    if (text.length > length && !told.has(field)) {
      told.add(field)
      onCut(field)
    }
    // Half a character, as a cut may leave it, cannot be sent.
    return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
  }

  function readAddress(href: string): PageView {
    const utm: { [name: string]: string } = {}
    const clickIds: { [name: string]: string } = {}
    const { pathname, searchParams } = new URL(href)
    searchParams.forEach((value, name) => {
      const [isCampaign, field] = (value && CAMPAIGN.exec(name)) || []
      if (field) utm[field.toLowerCase()] = shortened('utm', value, MAX_VALUE_LENGTH)
      else if (isCampaign && Object.keys(clickIds).length < MAX_CLICK_IDS)
        clickIds[name] = shortened('clickIds', value, MAX_VALUE_LENGTH)
    })
    return { url: withoutFragment(href), path: pathname, utm, clickIds }
  }

  return {
    read({ url = location.href, title = documentFact('title') }: Partial<Moment> = {}) {
      if (url !== address) {
        place = readAddress(url)
        address = url
      }
      context ??= {
        library: `@threadline/browser/${VERSION}`,
        locale: navigator.language,
        timezone: timezone(),
        screen: screenSize(),
        automated: navigator.webdriver || 'Cypress' in window || undefined,
      }
      return {
        ...place,
        title,
        referrer: documentFact('referrer'),
        context,
      }
    },
    cut(view) {
      for (const field of ['url', 'path', 'referrer', 'title'] as const) {
        const text = view[field]
        if (text) Object.assign(view, { [field]: shortened(field, text, LONGEST[field]) })
      }
      return view
    },
  }
}
