import { useEffect, useState } from 'preact/hooks'

/** The views that have an address of their own, in the order of the menu. */
export const VIEWS = [
  { view: 'overview', title: 'Overview' },
  { view: 'live', title: 'Live' },
  { view: 'people', title: 'People' },
  { view: 'events', title: 'Events' },
  { view: 'funnel', title: 'Funnel' },
  { view: 'revenue', title: 'Revenue' },
  { view: 'mrr', title: 'MRR' },
  { view: 'delivery', title: 'Delivery' },
] as const

export type ViewName = (typeof VIEWS)[number]['view']

const SEARCHED = ['overview', 'people', 'events'] as const

type SearchedView = (typeof SEARCHED)[number]

/** Where the page is, told by the part of the address after `#`: reloading and going back work, and nothing is logged. */
export type Route =
  /** What it shows is in the rest of the address: `readState` understands it. */
  | { readonly view: SearchedView; readonly search: string }
  | { readonly view: Exclude<ViewName, SearchedView> }
  | { readonly view: 'person' | 'group'; readonly id: string }
  | { readonly view: 'event'; readonly event: string }

export function readRoute(hash: string): Route {
  const [path = '', search = ''] = splitOnce(hash, '?')
  const [, name, id] = path.split('/')
  if (name === 'people' && id) return { view: 'person', id: decode(id) }
  if (name === 'groups' && id) return { view: 'group', id: decode(id) }
  if (name === 'events' && id) return { view: 'event', event: decode(id) }
  const view = VIEWS.find((known) => known.view === name)?.view ?? 'overview'
  return isSearched(view) ? { view, search } : { view }
}

function isSearched(view: ViewName): view is SearchedView {
  return SEARCHED.some((searched) => searched === view)
}

export function viewHref(view: ViewName): string {
  return view === 'overview' ? '#/' : `#/${view}`
}

export function personHref(id: string): string {
  return `#/people/${encodeURIComponent(id)}`
}

export function groupHref(id: string): string {
  return `#/groups/${encodeURIComponent(id)}`
}

export function eventHref(event: string): string {
  return `#/events/${encodeURIComponent(event)}`
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash))
  useEffect(() => {
    const update = () => setRoute(readRoute(location.hash))
    addEventListener('hashchange', update)
    // The address may have changed between the first drawing and this.
    update()
    return () => removeEventListener('hashchange', update)
  }, [])
  return route
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
