/**
 * What all clients of a process share, those of other copies of this package included (one from ESM and one from
 * CommonJS, say). Every version has to understand it: change the name together with the shape.
 */
interface ProcessState {
  readonly listeners: Map<string, Shared<unknown>>
  /** Set from the first signal on that shuts clients down. */
  ending: { readonly startedAt: number; signals: number } | undefined
  /** How often the process ran out of work while a client held events. */
  runOuts: number
}

interface Shared<Member> {
  readonly members: Set<Member>
  readonly listener: () => void
}

const STATE = Symbol.for('@threadline/server/process@1')

/** The state that all clients of this process share. */
export function processState(): ProcessState {
  const existing = Reflect.get(process, STATE) as ProcessState | undefined
  if (existing) return existing
  const state: ProcessState = { listeners: new Map(), ending: undefined, runOuts: 0 }
  Reflect.set(process, STATE, state)
  return state
}

/** The process, for events of any name. */
function events(): NodeJS.EventEmitter {
  return process
}

/** Whether this runtime tells of the end of its process. */
export function hasProcessEvents(): boolean {
  return typeof process !== 'undefined' && typeof process.prependListener === 'function'
}

/**
 * Adds a member to the one listener that all clients have on a process event, so that many clients do not look like a
 * leak. Returns a function that leaves; the last one to leave takes the listener away.
 *
 * @param dispatch - Called for each event. That of the first member serves the others too.
 */
export function joinListener<Member>(
  event: string,
  member: Member,
  dispatch: (members: ReadonlySet<Member>) => void,
): () => void {
  const { listeners } = processState()
  const shared = (listeners.get(event) as Shared<Member> | undefined) ?? listen(event, dispatch)
  shared.members.add(member)
  return () => {
    shared.members.delete(member)
    if (shared.members.size === 0 && listeners.get(event) === shared) removeListener(event)
  }
}

function listen<Member>(event: string, dispatch: (members: ReadonlySet<Member>) => void): Shared<Member> {
  const members = new Set<Member>()
  const shared = { members, listener: () => dispatch(members) }
  processState().listeners.set(event, shared)
  // Ahead of the app's own: one that is registered by `once` is gone by the time a later listener looks for it. At the
  // very end behind them: they may still capture.
  if (event === 'exit') events().on(event, shared.listener)
  else events().prependListener(event, shared.listener)
  return shared
}

/** Takes the shared listener on an event away, whoever is still a member. */
export function removeListener(event: string): void {
  const { listeners } = processState()
  const shared = listeners.get(event)
  if (!shared) return
  listeners.delete(event)
  events().off(event, shared.listener)
}

/** Moves the shared listener on an event ahead of those that were put before it. */
export function moveToFront(event: string): void {
  const shared = processState().listeners.get(event)
  if (!shared || events().listeners(event)[0] === shared.listener) return
  events().off(event, shared.listener)
  events().prependListener(event, shared.listener)
}
