import type { Instance, Moment } from '../contract/instance.ts'
import { documentFact } from '../platform/page-globals.ts'
import { isPrerendering } from '../platform/prerendering.ts'

/** Navigation API, newer than TypeScript's DOM library. A page's own variable or element may have the name. */
interface NavigationWindow {
  readonly navigation?: { readonly currentEntry?: { readonly key?: string } | null } | null
}

/** The moment of the calls that are made again now. */
let past: Moment | undefined

/** Makes a call that the page made earlier, and perhaps elsewhere. */
export function inPast(moment: Moment | undefined, call: () => void): void {
  past = moment
  try {
    call()
  } finally {
    past = undefined
  }
}

/** What stands for the page in the tab's history: its key, or how many there are, which browsers stop counting at fifty. */
export function entryNow(): string | number {
  const { navigation }: NavigationWindow & Window = window
  return navigation?.currentEntry?.key ?? history.length
}

/** When and where the page is, or was. */
export function momentNow(): Moment {
  const moment = past ?? {
    url: location.href,
    timestamp: new Date(),
    title: documentFact('title'),
    entry: entryNow(),
  }
  return isPrerendering() ? { url: moment.url } : moment
}

/** A call for later, of which everything that it captures is of this moment. */
export function fromNow(call: (instance: Instance) => void): (instance: Instance) => void {
  const moment = momentNow()
  return (instance) => {
    instance.moment = moment
    call(instance)
    instance.moment = undefined
  }
}

/** Whether the document shows another page since: `replaceState` changes the address of the same one. */
export function isLeft({ entry = entryNow() }: Partial<Moment> = {}): boolean {
  return entry !== entryNow()
}

/** The address of the page that is spoken of: the browser's, unless a call of before is played or the client begins. */
export function addressOf({ moment }: Pick<Instance, 'moment'>): string {
  return moment?.url ?? location.href
}
