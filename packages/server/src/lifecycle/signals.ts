export interface SignalHandlers {
  readonly flush: () => Promise<unknown>
  readonly shutdown: () => Promise<unknown>
}

/**
 * On each of `signals`: flushes, or, when nobody else listens for it, shuts down and lets the signal take its usual
 * effect. Neither promise may reject. Returns a function that stops listening.
 */
export function onSignals(signals: readonly NodeJS.Signals[], { flush, shutdown }: SignalHandlers): () => void {
  if (typeof process === 'undefined' || typeof process.on !== 'function') return () => undefined

  function handle(signal: NodeJS.Signals): void {
    // Another listener means that the app ends itself, and may capture more on the way.
    if (process.listenerCount(signal) > 1) void flush()
    else void shutdown().then(() => process.kill(process.pid, signal))
  }

  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}
