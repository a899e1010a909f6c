import { useCallback, useEffect, useState } from 'preact/hooks'
import { fetchTimeline, type TimelinePage } from './api.ts'
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
        (page) =>
          setTimeline((known) => ({
            state: 'shown',
            page: before === null || known.state !== 'shown' ? page : joined(page, known.page),
          })),
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

/** A session that reaches over both pages is in both, whole. */
function joined(older: TimelinePage, newer: TimelinePage): TimelinePage {
  const known = new Set(newer.sessions.map(({ id }) => id))
  return {
    events: [...older.events, ...newer.events],
    sessions: [...older.sessions.filter(({ id }) => !known.has(id)), ...newer.sessions],
    before: older.before,
  }
}
