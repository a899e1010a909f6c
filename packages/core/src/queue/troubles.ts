import { ThreadlineError, type ThreadlineErrorCode, type ThreadlineErrorDetails } from '../error.ts'
import type { Entry } from './contract.ts'

/** Most causes of one outage that are told: a message that is new with every attempt must not flood the log. */
const MOST_CAUSES = 5

/** Why nothing gets through, told once for each cause and outage. */
export interface Troubles {
  /** Why nothing gets through, as long as that lasts. */
  readonly current: ThreadlineErrorCode | undefined
  tell(code: ThreadlineErrorCode, message: string, details: ThreadlineErrorDetails): void
  /** Says once which event it is that a server fails on while others get through. */
  tellAlone(batch: readonly Entry[], message: string, status: number): void
  /** Something got through. */
  over(): void
}

/** What an outage is called, by the status of the answer: 0 when none came. */
export function codeOf(status: number): 'server_error' | 'unreachable' {
  return status ? 'server_error' : 'unreachable'
}

/** @param destination - Its name, for messages. */
export function createTroubles(destination: string, onError: (error: ThreadlineError) => void): Troubles {
  const told = new Set<string>()
  const alone = new WeakSet<Entry>()
  let current: ThreadlineErrorCode | undefined

  return {
    get current() {
      return current
    },
    tell(code, message, details) {
      current = code
      if (told.size >= MOST_CAUSES || told.has(message)) return
      told.add(message)
      onError(new ThreadlineError(code, `${destination}: ${message}`, details))
    },
    tellAlone([entry, other], message, status) {
      if (!entry || other || alone.has(entry)) return
      alone.add(entry)
      const text = `${destination}: ${message} for one event while others get through; it is kept, and tried again`
      onError(new ThreadlineError(codeOf(status), text, { eventIds: [entry.eventId], status }))
    },
    over() {
      current = undefined
      told.clear()
    },
  }
}
