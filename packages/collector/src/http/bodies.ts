import { LIMITS } from '@threadline/schema'
import type { Admission } from '../ingest/admission.ts'
import type { Owner, Turns } from '../ingest/turns.ts'
import type { Access } from '../keys.ts'
import { checkOrigin } from './authorize.ts'
import type { RateLimiter } from './rate-limit.ts'
import { arrivedBytes, parseJsonBody, readJsonBytes } from './read-body.ts'
import { overloaded } from './request-error.ts'

/**
 * Reads the JSON body of a request at the first call, and remembers it: several may want to look at it. `projectIn` tells whose it
 * is by the bytes, before they are parsed; what it throws refuses them. Nobody's body waits behind those of known projects.
 *
 * @throws {@link RequestError}
 */
export type Body = (projectIn?: (bytes: Uint8Array) => string | undefined) => Promise<unknown>

/** Reads what arrived, as bytes of JSON, at most so many before and after decompression. */
export type ReadBytes = (request: Request, maxBytes: number) => Promise<Uint8Array>

export interface Bodies {
  /** @param readBytes - As {@link readJsonBytes} unless given. */
  of(request: Request, readBytes?: ReadBytes): Body
  /** Whether a sender is where its key may be, and not too often: once for each request. @throws {@link RequestError} */
  letIn(request: Request, access: Access): void
  /** Holds a project's place for a request that has arrived. @throws {@link RequestError} when there is no room. */
  claim(request: Request, project: string): void
}

export interface BodiesOptions {
  readonly admission: Pick<Admission, 'claim'>
  readonly turns: Turns
  readonly rateLimiter: RateLimiter
  /** The network that a request comes from. */
  readonly clientAddress: (request: Request) => string
}

/** Reads the bodies of what brings events: each when it is its sender's turn. */
export function createBodies({ admission, turns, rateLimiter, clientAddress }: BodiesOptions): Bodies {
  const counted = new WeakSet<Request>()

  function claim(request: Request, project: string): void {
    const retryAfterS = admission.claim(request, { project, bytes: arrivedBytes(request) })
    if (retryAfterS > 0) throw overloaded(retryAfterS)
  }

  async function read(request: Request, readBytes: ReadBytes, projectIn: Parameters<Body>[0]): Promise<unknown> {
    const bytes = await readBytes(request, LIMITS.batchBytes)
    const project = projectIn?.(bytes)
    if (project !== undefined) claim(request, project)
    const owner: Owner = project === undefined ? { address: clientAddress(request) } : { project }
    return await turns.run({ owner, bytes: bytes.byteLength }, () => parseJsonBody(bytes))
  }

  return {
    claim,
    letIn(request, access) {
      checkOrigin(access, request.headers.get('origin'))
      if (counted.has(request)) return
      rateLimiter.take(access)
      counted.add(request)
    },
    of(request, readBytes = readJsonBytes) {
      let body: Promise<unknown> | undefined
      return (projectIn) => {
        body ??= read(request, readBytes, projectIn)
        return body
      }
    },
  }
}
