import { useCallback, useEffect, useState } from 'preact/hooks'
import { type EventView, fetchTimeline, type TimelinePage } from './api.ts'
import { failure } from './use-report.ts'

export type Timeline =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly status: number; readonly message: string }
  | { readonly state: 'shown'; readonly page: TimelinePage }

/** A person's timeline, and how to load what lies before it. */
export function useTimeline(id: string): { readonly timeline: Timeline; readonly loadOlder: () => void } {
  const [timeline, setTimeline] = useState<Timeline>({ state: 'loading' })

  const load = useCallback(
    (before: string | null, signal: AbortSignal) => {
      fetchTimeline(id, before, signal).then(
        (page) => setTimeline((known) => ({ state: 'shown', page: joined(page, before === null ? [] : shown(known)) })),
        (error: unknown) => {
          if (!signal.aborted) setTimeline(failure(error))
        },
      )
    },
    [id],
  )

  useEffect(() => {
    const leaving = new AbortController()
    setTimeline({ state: 'loading' })
    load(null, leaving.signal)
    return () => leaving.abort()
  }, [load])

  const before = timeline.state === 'shown' ? timeline.page.before : null
  return { timeline, loadOlder: () => load(before, new AbortController().signal) }
}

function shown(timeline: Timeline): readonly EventView[] {
  return timeline.state === 'shown' ? timeline.page.events : []
}

function joined(page: TimelinePage, newer: readonly EventView[]): TimelinePage {
  return { ...page, events: [...page.events, ...newer] }
}
