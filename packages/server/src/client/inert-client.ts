import type { FlushResult } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { standardVerbs } from '../capture/standard-verbs.ts'
import type { Path } from '../delivery/path.ts'
import type { CaptureResult } from '../delivery/verdict.ts'
import { createScope } from '../scope/scope.ts'
import type { ServerClient, ShutdownResult } from './server-client.ts'

const NOTHING: FlushResult = { delivered: 0, duplicates: 0, dropped: 0 }
const SHUT_DOWN: ShutdownResult = { ...NOTHING, pending: 0, eventIds: [], timedOut: false, error: undefined }

/**
 * A client that captures nothing and sends nothing. Scopes read a request as ever, since pages are rendered with their ids.
 *
 * @param message - Why, for whoever asks what became of an event.
 * @param used - Called whenever something would have been captured.
 */
export function createInertClient<Catalogue extends EventCatalogue>(
  message: string,
  used: () => void,
): ServerClient<Catalogue> {
  const result: CaptureResult = {
    eventId: '',
    kind: 'dropped',
    outcomes: { '': { kind: 'dropped', reason: 'disabled', message } },
  }
  const path: Path = {
    capture: used,
    captureNow() {
      used()
      return Promise.resolve(result)
    },
    flush: () => Promise.resolve(NOTHING),
  }
  return {
    ...standardVerbs(used),
    ...path,
    identify: used,
    alias: used,
    group: used,
    shutdown: () => Promise.resolve(SHUT_DOWN),
    async [Symbol.asyncDispose]() {
      // Nothing to be done.
    },
    ready: () => Promise.resolve(),
    backfill() {
      used()
      return Promise.resolve({ ...NOTHING, read: 0 })
    },
    scope: (request, options = {}) => createScope(request, options, path),
    withScope: (request, callback, options = {}) => callback(createScope(request, options, path)),
    onRequest: () => () => undefined,
    stats: () => ({ delivered: 0, duplicates: 0, dropped: {}, pending: 0, queues: {} }),
  }
}
