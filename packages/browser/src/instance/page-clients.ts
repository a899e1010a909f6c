import type { Destination } from '@threadline/core'
import type { Instance, PageMemory } from '../contract/instance.ts'
import type { Settings } from '../contract/settings.ts'
import { attempt } from '../platform/attempt.ts'

const CLIENTS: unique symbol = Symbol.for('threadline.clients')

/** A client that was started, and perhaps has not begun. */
export interface Running {
  /** Aborted when the client is taken down. */
  readonly signal: AbortSignal
  /** The instance, which begins now unless it has; nothing while the page is prerendered. */
  begin(): Instance | undefined
  /** Runs `call` with the instance as soon as it has begun. */
  soon(call: (instance: Instance) => void): void
  /** Takes the client down. */
  end(): void
}

/** One client of the page, as every copy of this package on it sees it. */
export interface PageClient extends PageMemory {
  /** Version of the package that started it; another one's functions may not fit. */
  version?: string
  /** Absent once it was taken down. */
  running?: Running | undefined
}

/** The page's client for one service, key and place of the visitor's id, under whatever copy of the package it runs. */
export function pageClient({ cookieName, storageKey }: Settings, destination: Destination): PageClient {
  const page: { [CLIENTS]?: { [name: string]: PageClient } } & typeof globalThis = globalThis
  // An empty request has all that leads to the service: its address and the key.
  const request = attempt(() => destination.request([], { now: 0, attempt: 1 }))
  const name = JSON.stringify([destination.name, request, cookieName, storageKey])
  page[CLIENTS] ??= {}
  page[CLIENTS][name] ??= {}
  return page[CLIENTS][name]
}
