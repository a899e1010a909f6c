import type { Clock } from '@threadline/core'

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2_147_483_647

interface UnrefTimer {
  unref(): unknown
}

function isUnrefTimer(timer: unknown): timer is UnrefTimer {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function'
}

/** The runtime's own time and timers. */
export const systemClock: Clock = {
  // Looked up at each call: a test may set the time.
  now: () => Date.now(),
  after(ms, run, background) {
    const timer: unknown = setTimeout(run, Math.min(ms, MAX_DELAY_MS))
    if (background) release(timer)
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
  },
}

/** Lets the process end although the timer has not fired. */
function release(timer: unknown): void {
  if (isUnrefTimer(timer)) timer.unref()
  else if (typeof timer === 'number' && 'Deno' in globalThis) unrefInDeno(timer)
}

function unrefInDeno(timer: number): void {
  const deno: unknown = Reflect.get(globalThis, 'Deno')
  if (typeof deno === 'object' && deno !== null && 'unrefTimer' in deno && typeof deno.unrefTimer === 'function') {
    deno.unrefTimer(timer)
  }
}
