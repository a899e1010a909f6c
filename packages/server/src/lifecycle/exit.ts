import { hasProcessEvents, joinListener, processState } from './shared-listener.ts'

/**
 * How often a process may run out of work and find some. An app that captures an event in every `beforeExit` would
 * otherwise never end.
 */
const MAX_RUN_OUTS = 10

const NOTHING = (): void => undefined

/**
 * Calls `flush` when the process has run out of work (`beforeExit`), until the returned function is called.
 *
 * Does nothing in a runtime without process events.
 */
export function onRunOut(flush: () => void): () => void {
  if (!hasProcessEvents()) return NOTHING
  // The process may be running out right now, in the app's own `beforeExit`: a turn more, and it runs out again.
  if (typeof setImmediate === 'function') setImmediate(NOTHING)
  return joinListener<() => void>('beforeExit', flush, (members) => {
    const state = processState()
    state.runOuts += 1
    if (state.runOuts <= MAX_RUN_OUTS) callAll(members)
  })
}

/**
 * Calls `end` when the process ends in whatever way but a signal's (`exit`), until the returned function is called.
 *
 * Nothing asynchronous that it starts takes place any more.
 */
export function onExit(end: () => void): () => void {
  return hasProcessEvents() ? joinListener<() => void>('exit', end, callAll) : NOTHING
}

function callAll(members: ReadonlySet<() => void>): void {
  // A copy: members leave while they are called.
  for (const member of [...members]) member()
}
