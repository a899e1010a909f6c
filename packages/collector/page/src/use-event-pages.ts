import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type EventView, get } from './api.ts'
import { failure } from './use-report.ts'

interface EventPage {
  /** Newest first. */
  readonly events: readonly EventView[]
  /** Where older events begin; null when there are none. */
  readonly before: string | null
}

export type EventPages =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly status: number; readonly message: string }
  | ({ readonly state: 'shown'; readonly stale: boolean } & EventPage)

/** A page is joined where it begins: asked for twice, as by two clicks, it is there once. */
function joined(known: EventPage, before: string, page: EventPage): EventPage {
  return known.before === before ? { events: [...known.events, ...page.events], before: page.before } : known
}

/** The events that a query asks for, and how to load what lies before them. */
export function useEventPages(query: string): { readonly pages: EventPages; readonly loadOlder: () => void } {
  const [pages, setPages] = useState<EventPages>({ state: 'loading' })
  const shown = useRef(new AbortController())

  const load = useCallback(
    (before: string | null, signal: AbortSignal) => {
      const cursor = before === null ? '' : `&before=${encodeURIComponent(before)}`
      get<EventPage>(`/v1/events?${query}${cursor}`, signal).then(
        (page) =>
          setPages((known) => ({
            state: 'shown',
            stale: false,
            ...(before === null || known.state !== 'shown' ? page : joined(known, before, page)),
          })),
        (error: unknown) => {
          if (!signal.aborted) setPages(failure(error))
        },
      )
    },
    [query],
  )

  useEffect(() => {
    const leaving = new AbortController()
    shown.current = leaving
    setPages((known) => (known.state === 'shown' ? { ...known, stale: true } : { state: 'loading' }))
    load(null, leaving.signal)
    return () => leaving.abort()
  }, [load])

  const before = pages.state === 'shown' ? pages.before : null
  return { pages, loadOlder: () => load(before, shown.current.signal) }
}
