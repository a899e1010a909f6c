import type { EventContext, TrackEvent } from '@threadline/schema'
import { VERSION } from './version.ts'

export type PageContext = Pick<TrackEvent, 'url' | 'path' | 'title' | 'referrer' | 'utm' | 'clickIds' | 'context'>

const UTM = /^utm_(source|medium|campaign|term|content)$/

/** The click ids of Google, Meta, Microsoft, TikTok, X, Yandex, Snap, LinkedIn, Reddit, Pinterest and others. */
const CLICK_ID = /^([a-z]*clk?id|[gw]braid|li_fat_id|rdt_cid|epik)$/i

/** Longest campaign value that is taken from an address. */
const MAX_VALUE_LENGTH = 500

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
  let campaign: Pick<TrackEvent, 'utm' | 'clickIds'> = {}
  let search = ''

  function readCampaign(): void {
    const utm: { [name: string]: string } = {}
    const clickIds: { [name: string]: string } = {}
    for (const [name, text] of new URLSearchParams(search)) {
      const value = text.slice(0, MAX_VALUE_LENGTH)
      const field = UTM.exec(name)?.[1]
      if (field) utm[field] = value
      else if (CLICK_ID.test(name)) clickIds[name] = value
    }
    campaign = { utm, clickIds }
  }

  return () => {
    const { href: url, pathname: path } = location
    const { title, referrer } = document
    if (search !== location.search) {
      search = location.search
      readCampaign()
    }
    context ??= {
      library: `@threadline/browser/${VERSION}`,
      locale: navigator.language,
      timezone: timezone(),
      screen: { width: screen.width, height: screen.height },
    }
    return { url, path, title, referrer, ...campaign, context }
  }
}
