import { useEffect, useState } from 'preact/hooks'
import { ApiError, get } from './api.ts'

export type Report<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly status: number; readonly message: string }
  /** `stale` while another one is on its way. */
  | { readonly state: 'shown'; readonly data: T; readonly stale: boolean }

/** Reads `path` from the collector, and again when it changes; what was shown stays until then. Without one it waits for one. */
export function useReport<T>(path: string | undefined): Report<T> {
  const [report, setReport] = useState<Report<T>>({ state: 'loading' })
  useEffect(() => {
    if (path === undefined) {
      setReport({ state: 'loading' })
      return undefined
    }
    const leaving = new AbortController()
    setReport((known) => (known.state === 'shown' ? { ...known, stale: true } : { state: 'loading' }))
    get<T>(path, leaving.signal).then(
      (data) => setReport({ state: 'shown', data, stale: false }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setReport(failure(error))
      },
    )
    return () => leaving.abort()
  }, [path])
  return report
}

/** What a failed read shows: the collector's own words, where it had any. */
export function failure(error: unknown): { state: 'failed'; status: number; message: string } {
  if (error instanceof ApiError) return { state: 'failed', status: error.status, message: error.message }
  return { state: 'failed', status: 0, message: 'The collector does not answer.' }
}
