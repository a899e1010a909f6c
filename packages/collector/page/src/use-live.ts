import { useEffect, useState } from 'preact/hooks'
import type { EventView } from './api.ts'

/** More would only scroll by unread, and slow the page down. */
const SHOWN = 200

export interface Live {
  readonly state: 'connecting' | 'live' | 'lost' | 'signed-out'
  /** Newest first. */
  readonly events: readonly EventView[]
}

/** Follows the events as the collector stores them. The browser reconnects by itself and goes on where it was. */
export function useLive(): Live {
  const [state, setState] = useState<Live['state']>('connecting')
  const [events, setEvents] = useState<readonly EventView[]>([])

  useEffect(() => {
    const source = new EventSource('/v1/live')
    let arrived: EventView[] = []
    let frame = 0

    function show(): void {
      frame = 0
      const newest = arrived.reverse()
      arrived = []
      setEvents((shown) => [...newest, ...shown].slice(0, SHOWN))
    }

    source.addEventListener('ready', () => setState('live'))
    source.addEventListener('event', ({ data }) => {
      arrived.push(JSON.parse(data))
      // Many events of one moment are drawn once.
      frame ||= requestAnimationFrame(show)
    })
    source.addEventListener('error', () => {
      // Closed for good means the collector answered with an error, and the only one it has here is 401.
      setState(source.readyState === EventSource.CLOSED ? 'signed-out' : 'lost')
    })
    return () => {
      cancelAnimationFrame(frame)
      source.close()
    }
  }, [])

  return { state, events }
}
