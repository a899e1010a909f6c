/** Ctrl-C, a service manager's stop, and a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Two signals this close are one wish: a process group and the parent may each pass on the same Ctrl-C. */
const SAME_PRESS_MS = 500

/** A signal that aborts at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once, with 130. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController()
  let firstAt = 0
  for (const name of SIGNALS) {
    process.on(name, () => {
      const now = performance.now()
      if (!controller.signal.aborted) {
        firstAt = now
        controller.abort()
      } else if (now - firstAt > SAME_PRESS_MS) {
        process.exit(130)
      }
    })
  }
  return controller.signal
}
