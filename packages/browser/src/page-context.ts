import type { EventContext, TrackEvent } from '@threadline/schema'
import { VERSION } from './version.ts'

const UTM = ['source', 'medium', 'campaign', 'term', 'content']

/** Advertising click ids that are recognised without being told: Google, Meta, Microsoft, TikTok, LinkedIn, X… */
const CLICK_IDS = [
  'gclid',
  'gbraid',
  'wbraid',
  'dclid',
  'fbclid',
  'msclkid',
  'ttclid',
  'li_fat_id',
  'twclid',
  'rdt_cid',
]

export type PageContext = Pick<TrackEvent, 'url' | 'path' | 'title' | 'referrer' | 'utm' | 'clickIds' | 'context'>

/** Reads where the visitor is. Touches nothing that would make the browser lay out the page. */
export function createPageContext(clickIds: readonly string[] = []): () => PageContext {
  const context: EventContext = {
    library: `@threadline/browser/${VERSION}`,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height },
  }
  let campaign: Pick<TrackEvent, 'utm' | 'clickIds'> = {}
  let search: string | undefined

  function pick(names: readonly string[], prefix = ''): { [name: string]: string } | undefined {
    const query = new URLSearchParams(search)
    const found = names.flatMap((name) => {
      const value = query.get(prefix + name)
      return value ? [[name, value.slice(0, 500)]] : []
    })
    return found[0] && Object.fromEntries(found)
  }

  return () => {
    const { href, pathname } = location
    if (search !== location.search) {
      search = location.search
      campaign = { utm: pick(UTM, 'utm_'), clickIds: pick([...CLICK_IDS, ...clickIds]) }
    }
    return { url: href, path: pathname, title: document.title, referrer: document.referrer, ...campaign, context }
  }
}
