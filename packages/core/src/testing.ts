import type { Clock } from './clock.ts'

/** A clock that moves only when told to. For tests. */
export interface FakeClock extends Clock {
  /** Moves time on by `ms`, firing what is due in order, and lets promises settle after each timer. */
  advance(ms: number): Promise<void>
  /** Timers that are armed and would keep a process alive. */
  foreground(): number
  /** Timers that are armed and would not. */
  background(): number
}

interface Timer {
  readonly at: number
  readonly run: () => void
  readonly background: boolean
}

/** Promise hops that one step of a test may need; settling is checked by the tests that use it. */
const HOPS = 50

async function settle(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop += 1) await Promise.resolve()
}

/** Makes a {@link FakeClock} that starts at `start`, milliseconds since the Unix epoch. */
export function fakeClock(start: number = Date.UTC(2026, 0, 31, 9, 30)): FakeClock {
  let now = start
  const timers = new Set<Timer>()

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer
    return next
  }

  return {
    now: () => now,
    after(ms, run, background) {
      const timer = { at: now + ms, run, background }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.run()
        await settle()
      }
      now = until
      await settle()
    },
    foreground: () => [...timers].filter((timer) => !timer.background).length,
    background: () => [...timers].filter((timer) => timer.background).length,
  }
}
