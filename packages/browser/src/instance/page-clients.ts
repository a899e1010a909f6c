import type { Destination } from '@threadline/core'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance, PageMemory } from '../contract/instance.ts'
import { absolute } from '../platform/address.ts'
import { attempt } from '../platform/attempt.ts'
import { checksum } from '../platform/checksum.ts'

const CLIENTS: unique symbol = Symbol.for('threadline.clients')

/** A client that was started, and perhaps has not begun. */
export interface Running {
  /** Aborted when it has ended. */
  readonly signal: AbortSignal
  /** The instance, which begins now unless it has; nothing while the page is prerendered. */
  begin(): Instance | undefined
  /** Runs `call` with the instance as soon as it has begun. */
  soon(call: (instance: Instance) => void): void
  /** Ends it at once. See `destroy` for what has to be done before. */
  end(): void
}

/** One client of the page, as every copy of this package on it sees it. */
export interface PageClient extends PageMemory {
  /** Version of the package that started it. */
  version?: string
  /** Absent once it was taken down. */
  running?: Running | undefined
}

/** How a client is found again: by others on the page, and by the pages that follow. */
export interface Place {
  readonly client: PageClient
  /** What the keys of its records in `localStorage` start with. */
  readonly recordsPrefix: string
}

/** The place of the client for one service, key and store of the visitor's id, whatever copy of the package it runs under. */
export function placeOf({ cookieName, storageKey, key, ...config }: BrowserConfig, destination: Destination): Place {
  const page: { [CLIENTS]?: { [name: string]: PageClient } } & typeof globalThis = globalThis
  // An empty request has all that leads to the service: its address and the key.
  const { url = '', ...request } = attempt(() => destination.request([], { now: 0, attempt: 1 })) ?? {}
  const service = JSON.stringify([destination.name, absolute(url), request])
  const name = JSON.stringify([service, cookieName, storageKey])
  page[CLIENTS] ??= {}
  page[CLIENTS][name] ??= {}
  // Keys of a service may be secret, and whoever has another key is another customer. A sum tells them apart.
  const owner = config.destination ? `${destination.name}-${checksum(service)}` : key?.trim()
  return { client: page[CLIENTS][name], recordsPrefix: `tl_q.${owner}.` }
}
