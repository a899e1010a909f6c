/** The two signals that ask a program to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM'

const SIGNALS: readonly EndSignal[] = ['SIGINT', 'SIGTERM']

/**
 * Calls back at the first SIGINT or SIGTERM. The second one has its usual effect: it ends the process at once.
 *
 * @returns a function that stops listening.
 */
export function onEndSignal(listener: (signal: EndSignal) => void): () => void {
  const stopListening = () => {
    for (const signal of SIGNALS) process.removeListener(signal, received)
  }
  const received = (signal: EndSignal) => {
    stopListening()
    listener(signal)
  }
  for (const signal of SIGNALS) process.on(signal, received)
  return stopListening
}
