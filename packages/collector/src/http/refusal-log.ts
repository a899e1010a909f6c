import type { RequestErrorCode } from '@threadline/schema'
import type { LogEntry } from '../log-entry.ts'
import { ERROR_STATUS } from './request-error.ts'

/** How long refusals of one kind are counted before the next line about them, in milliseconds. */
const QUIET_MS = 60_000

/** Kinds that are remembered. Paths are the sender's to choose, so beyond these all are one. */
const MOST_KINDS = 200

/** The part of a path that says which operation it is; ids of people come after it. */
const OPERATION = /^\/(?:v1\/)?[^/]*/

interface Kind {
  /** When the last line was written. */
  at: number
  /** How many were refused since. */
  since: number
}

/**
 * Logs requests that were refused: the first of each kind at once, then one line a minute that counts the rest. A line says
 * what and where; never who, with which key, or what was sent.
 */
export function createRefusalLog(
  log: (entry: LogEntry) => void,
  now: () => number,
): (code: RequestErrorCode, request: { readonly method: string; readonly path: string }) => void {
  const kinds = new Map<string, Kind>()

  return (code, { method, path }) => {
    // Nothing is there, so the path is no more than what somebody tried.
    const told = code === 'not_found' ? undefined : OPERATION.exec(path)?.[0]
    const name = kinds.size < MOST_KINDS ? `${code} ${method} ${told}` : code
    const at = now()
    const kind = kinds.get(name)
    if (kind && at - kind.at < QUIET_MS) {
      kind.since += 1
      return
    }
    log({
      level: 'warn',
      message: 'refused a request',
      code,
      status: ERROR_STATUS[code],
      method,
      ...(told !== undefined && { path: told }),
      ...(kind && kind.since > 0 && { since: kind.since }),
    })
    kinds.set(name, { at, since: 0 })
  }
}
