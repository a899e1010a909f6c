import { hasProcessEvents, joinListener, moveToFront, processState, removeListener } from './shared-listener.ts'

/** What one client does at a signal. Neither promise may reject. */
export interface SignalHandlers {
  readonly flush: () => Promise<unknown>
  readonly shutdown: () => Promise<unknown>
  /** Reports what is held as lost, at once: the process ends when it returns. */
  readonly giveUp: (why: string) => void
}

/** A second signal within so many milliseconds is the same one: Ctrl-C reaches a process, and its parent passes it on. */
const SAME_SIGNAL_MS = 250

/**
 * On each of `signals`: flushes, or, when nobody but clients of this package listens for it, shuts all of them down and
 * lets the signal take its usual effect. A further signal ends the process at once.
 *
 * Returns a function that stops listening.
 */
export function onSignals(signals: readonly NodeJS.Signals[], handlers: SignalHandlers): () => void {
  if (!hasProcessEvents()) return () => undefined
  const leave = signals.flatMap((signal) => [
    joinListener<SignalHandlers>(signal, handlers, (members) => handle(signal, [...members])),
    // Whoever is put ahead of us later by `prependOnceListener` is gone when we look.
    joinListener<Watched>('newListener', { signal }, (watched) => queueMicrotask(() => stayAhead(watched))),
  ])
  return () => {
    for (const each of leave) each()
  }
}

interface Watched {
  readonly signal: NodeJS.Signals
}

function stayAhead(watched: ReadonlySet<Watched>): void {
  for (const { signal } of watched) moveToFront(signal)
}

function handle(signal: NodeJS.Signals, clients: readonly SignalHandlers[]): void {
  // Another listener means that the app ends itself, and may capture more on the way.
  if (othersListen(signal)) {
    for (const { flush } of clients) void flush()
    return
  }
  const state = processState()
  if (!state.ending) {
    state.ending = { startedAt: Date.now(), signals: 1 }
    void Promise.all(clients.map(({ shutdown }) => shutdown())).then(() => endBy(signal))
    return
  }
  state.ending.signals += 1
  if (state.ending.signals === 2 && Date.now() - state.ending.startedAt < SAME_SIGNAL_MS) return
  for (const { giveUp } of clients) giveUp(`the process was forced to end by a second ${signal}`)
  endBy(signal)
}

/** Of Linux: by them the process that started a container knows which signal ended it. */
const NUMBERS: { readonly [Signal in NodeJS.Signals]?: number } = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }

function endBy(signal: NodeJS.Signals): void {
  removeListener(signal)
  process.kill(process.pid, signal)
  // Process 1 of a container is still here: the kernel spares it a signal that it does not handle.
  if (process.pid === 1 && process.listenerCount(signal) <= signalExitListeners()) {
    process.exit(128 + (NUMBERS[signal] ?? 0))
  }
}

function othersListen(signal: NodeJS.Signals): boolean {
  return process.listenerCount(signal) > 1 + signalExitListeners()
}

/**
 * Listeners of the `signal-exit` package, which many tools bring along. They end the process when no other listener is
 * there: if each of us waited for the other, nobody would.
 */
function signalExitListeners(): number {
  const emitters: unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ]
  return emitters.reduce<number>((sum, emitter) => sum + countOf(emitter), 0)
}

function countOf(emitter: unknown): number {
  const isCounting = typeof emitter === 'object' && emitter !== null && 'count' in emitter
  return isCounting && typeof emitter.count === 'number' ? emitter.count : 0
}
