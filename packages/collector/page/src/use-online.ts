import { useEffect, useState } from 'preact/hooks'
import { get } from './api.ts'
import type { OnlineAnswer } from './overview-answers.ts'

const EVERY_MS = 30_000

/** How many people are online, asked again and again while the page is in view; undefined while it is not known. */
export function useOnline(): number | undefined {
  const [people, setPeople] = useState<number>()
  useEffect(() => {
    const leaving = new AbortController()
    const ask = () => {
      if (document.visibilityState !== 'visible') return
      get<OnlineAnswer>('/v1/reports/online', leaving.signal).then(
        (answer) => setPeople(answer.people),
        () => {
          if (!leaving.signal.aborted) setPeople(undefined)
        },
      )
    }
    ask()
    const timer = setInterval(ask, EVERY_MS)
    document.addEventListener('visibilitychange', ask)
    return () => {
      leaving.abort()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', ask)
    }
  }, [])
  return people
}
