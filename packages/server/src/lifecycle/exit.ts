/** Flushes of clients that hold events; one listener serves them all, so that many clients do not look like a leak. */
const holding = new Set<() => void>()

function flushAll(): void {
  for (const flush of holding) flush()
}

/**
 * Calls `flush` when the process runs out of work (`beforeExit`), until the returned function is called.
 *
 * Does nothing in a runtime without process events.
 */
export function onRunOut(flush: () => void): () => void {
  if (typeof process === 'undefined' || typeof process.on !== 'function') return () => undefined
  if (holding.size === 0) process.on('beforeExit', flushAll)
  holding.add(flush)
  return () => {
    holding.delete(flush)
    if (holding.size === 0) process.off('beforeExit', flushAll)
  }
}
