import { type FlushOptions, isThreadlineError } from '@threadline/core'
import { onExit, onRunOut } from './exit.ts'
import { onSignals } from './signals.ts'

export interface EndingParts {
  readonly flushOnExit: boolean
  readonly signals: readonly NodeJS.Signals[]
  readonly flush: (options?: FlushOptions) => Promise<unknown>
  readonly shutdown: () => Promise<unknown>
  /** Events delivered so far. */
  readonly delivered: () => number
  /** Whether every destination that is waited for fails now. */
  readonly isFailing: () => boolean
  /** Ends requests under way, which would keep the process alive. */
  readonly abort: () => void
  /** Reports what is held as lost, at once: the process ends when it returns. */
  readonly endNow: (why: string) => void
  /** Whether there may be something to do at the end although no event is held, such as writing to disk. */
  readonly writesAtEnd: boolean
}

/** What a client does when its process ends. */
export interface Ending {
  /** To be called when the client is used for the first time. */
  start(): void
  /** To be called when events are held. */
  holds(): void
  /** To be called when no event is held any more. */
  isEmpty(): void
  /** To be called when the client is shut down: it has nothing more to do with the process. */
  leave(): void
}

/** How long a process that has run out of work waits for an endpoint that fails, in milliseconds. */
const FAILING_PATIENCE_MS = 2_000
/** How long for one that does not answer, or only without anything being delivered, in milliseconds. */
const SILENT_PATIENCE_MS = 6_000

/** Ties a client to the end of its process. Costs and touches nothing before the client is used. */
export function createEnding(parts: EndingParts): Ending {
  const { flushOnExit, signals, shutdown, endNow, writesAtEnd } = parts
  let leaveSignals: (() => void) | undefined
  let leaveRunOut: (() => void) | undefined
  let leaveExit: (() => void) | undefined

  function flushQuietly(): Promise<unknown> {
    // What a flush could not deliver stays queued, and `onError` has been told why.
    return parts.flush().catch(() => undefined)
  }

  /** Flushes for a while. Returns the patience that is left; nothing when the flush is over. */
  async function flushFor(ms: number, patienceMs: number): Promise<number | undefined> {
    const before = parts.delivered()
    try {
      await parts.flush({ timeoutMs: ms })
      return undefined
    } catch (error) {
      if (!isThreadlineError(error) || error.code !== 'flush_timeout') return 0
      if (parts.delivered() > before) return SILENT_PATIENCE_MS
      return parts.isFailing() ? 0 : patienceMs - ms
    }
  }

  /** Flushes as long as that delivers anything: a script must be able to end although its endpoint is down. */
  async function flushAtEnd(): Promise<void> {
    let patienceMs: number | undefined = SILENT_PATIENCE_MS
    while (patienceMs !== undefined) {
      patienceMs = await flushFor(FAILING_PATIENCE_MS, patienceMs)
      if (patienceMs !== undefined && patienceMs <= 0) {
        // No other try, not even for what the app captures on its way out: nothing may keep the process alive any more.
        leaveRunOut?.()
        parts.abort()
        return
      }
    }
  }

  function heedExit(): void {
    leaveExit ??= onExit(() => endNow('the process ended'))
  }

  function ignoreExit(): void {
    leaveExit?.()
    leaveExit = undefined
  }

  function ignoreRunOut(): void {
    leaveRunOut?.()
    leaveRunOut = undefined
  }

  return {
    start() {
      if (signals.length > 0) leaveSignals = onSignals(signals, { flush: flushQuietly, shutdown, giveUp: endNow })
      if (flushOnExit && writesAtEnd) heedExit()
    },
    holds() {
      if (!flushOnExit || leaveRunOut) return
      leaveRunOut = onRunOut(() => void flushAtEnd())
      heedExit()
    },
    isEmpty() {
      ignoreRunOut()
      if (!writesAtEnd) ignoreExit()
    },
    leave() {
      ignoreRunOut()
      ignoreExit()
      leaveSignals?.()
    },
  }
}
