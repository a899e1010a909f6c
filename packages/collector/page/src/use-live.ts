import { useEffect, useState } from 'preact/hooks'
import type { EventView } from './api.ts'
import { heardOf } from './person-names.ts'

/** More would only scroll by unread, and slow the page down. */
const SHOWN = 200

export interface Live {
  readonly state: 'connecting' | 'live' | 'lost' | 'signed-out'
  /** Newest first. */
  readonly events: readonly EventView[]
}

/** After a refusal, as while too many streams are open. */
const RETRY_MS = 10_000

/** In place of a timer: nothing is to be tried again. */
const STOPPED = -1

/** Follows the events as the collector stores them. The browser reconnects by itself and goes on where it was. */
export function useLive(): Live {
  const [state, setState] = useState<Live['state']>('connecting')
  const [events, setEvents] = useState<readonly EventView[]>([])
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    const source = new EventSource('/v1/live')
    let retry = 0
    let arrived: EventView[] = []
    let frame = 0

    function show(): void {
      frame = 0
      const newest = arrived.reverse()
      arrived = []
      for (const { event } of newest) heardOf(event)
      setEvents((shown) => [...newest, ...shown].slice(0, SHOWN))
    }

    source.addEventListener('ready', () => setState('live'))
    source.addEventListener('event', ({ data }) => {
      arrived.push(JSON.parse(data))
      // Many events of one moment are drawn once.
      frame ||= requestAnimationFrame(show)
    })
    source.addEventListener('error', () => {
      setState('lost')
      // Closed for good means that the collector answered with an error, which an event source does not tell.
      if (source.readyState === EventSource.CLOSED) void whyRefused()
    })

    async function whyRefused(): Promise<void> {
      const status = await fetch('/v1/live', { method: 'HEAD' })
        .then((answer) => answer.status)
        .catch(() => 0)
      if (source.readyState !== EventSource.CLOSED || retry === STOPPED) return
      if (status === 401) setState('signed-out')
      else retry = window.setTimeout(() => setAttempt((before) => before + 1), RETRY_MS)
    }

    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(retry)
      retry = STOPPED
      source.close()
    }
  }, [attempt])

  return { state, events }
}
