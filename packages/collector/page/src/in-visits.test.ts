import { expect, test } from 'vitest'
import { inVisits } from './in-visits.ts'

const at = (second: number) => `2026-01-31T09:00:${String(second).padStart(2, '0')}.000Z`

const view = (eventId: string, second: number, sessionId?: string) => ({
  event: { eventId, event: 'x', timestamp: at(second), ...(sessionId !== undefined && { sessionId }) },
  occurredAt: at(second),
  receivedAt: at(second),
  sender: 'browser' as const,
})

const session = (id: string, start: number, end: number) => ({
  id,
  start: at(start),
  end: at(end),
  events: 2,
  entryPath: '/',
})

test('a server’s event is within the session during which it happened, and apart after its end', () => {
  const visits = inVisits(
    [view('a', 1, 's1'), view('server', 2), view('b', 3, 's1'), view('later', 4), view('last', 5), view('c', 6, 's2')],
    [session('s1', 1, 3), session('s2', 6, 6)],
  )
  expect(visits.map(({ session: own, events }) => [own?.id, events.map(({ event }) => event.eventId)])).toEqual([
    ['s1', ['a', 'server', 'b']],
    [undefined, ['later', 'last']],
    ['s2', ['c']],
  ])
})

test('sessions on two devices at a time take turns', () => {
  const visits = inVisits(
    [view('a', 1, 's1'), view('b', 2, 's2'), view('c', 3, 's1')],
    [session('s1', 1, 3), session('s2', 2, 2)],
  )
  expect(visits.map(({ session: own }) => own?.id)).toEqual(['s1', 's2', 's1'])
})
