import { useEffect, useState } from 'preact/hooks'

/** Where the page is, told by the part of the address after `#`: reloading and going back work, and nothing is logged. */
export type Route = { readonly view: 'live' } | { readonly view: 'person'; readonly id: string }

export function readRoute(hash: string): Route {
  const [, view, id] = hash.split('/')
  if (view === 'people' && id) return { view: 'person', id: decode(id) }
  return { view: 'live' }
}

export function personHref(id: string): string {
  return `#/people/${encodeURIComponent(id)}`
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash))
  useEffect(() => {
    const update = () => setRoute(readRoute(location.hash))
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return route
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
