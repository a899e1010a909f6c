import type { Context, Hono } from 'hono'
import type { Visitor } from '../enrich/derived.ts'
import { type Envelope, type Ingest, readEnvelope } from '../ingest/ingest.ts'
import type { Access, KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey, bodyKey, keyAtHead, unknownKey } from './authorize.ts'
import type { Bodies, Body } from './bodies.ts'
import { allowAnyOrigin } from './cors.ts'
import { RequestError } from './request-error.ts'

const INGEST_PATHS = ['/v1/batch', '/v1/validate'] as const

const SENDERS: readonly KeyKind[] = ['pk', 'sk']

/** Answers a batch in another service's language; undefined when it is in none. */
export type ForeignBatch = (c: Context, body: Body) => Promise<Response | undefined>

export interface IngestRoutesOptions {
  readonly keyring: Keyring
  readonly ingest: Ingest
  readonly bodies: Bodies
  readonly now: () => number
  readonly visitorOf: (request: Request) => Visitor | undefined
  /** Looks at batches that are no native ones: other services' clients post to the same path. */
  readonly foreignBatch: ForeignBatch
}

/** `POST /v1/batch` and its dry run `POST /v1/validate`, also from browsers on other origins. */
export function addIngestRoutes(
  app: Hono,
  { keyring, ingest, bodies, now, visitorOf, foreignBatch }: IngestRoutesOptions,
): void {
  for (const path of INGEST_PATHS) allowAnyOrigin(app, path)

  app.post('/v1/batch', async (c) => {
    const receivedAt = now()
    const request = c.req.raw
    const body = bodies.of(request)
    refuseUnknown(request)
    let batch: Batch
    try {
      batch = await readBatch(request, body)
    } catch (error) {
      if (error instanceof RequestError && error.code === 'rate_limited') throw error
      // Native senders come first and pay nothing for the others.
      const answer = await foreignBatch(c, body)
      if (answer) return answer
      throw error
    }
    const { access, envelope } = batch
    bodies.claim(request, access.project)
    const sender = access.kind === 'pk' ? 'pk' : 'sk'
    const visitor = sender === 'pk' ? visitorOf(request) : undefined
    const arrival = { project: access.project, sender, sentAt: envelope.sentAt, receivedAt, visitor } as const
    return c.json(await ingest.store(envelope, arrival))
  })

  app.post('/v1/validate', async (c) => {
    const request = c.req.raw
    const { access, envelope } = await readBatch(request, bodies.of(request))
    return c.json(await ingest.validate(envelope, access))
  })

  /**
   * Refuses a key in the header that opens nothing before the body is read, in our words: which language it is in would have to be
   * read, and no other on this path has a key of its own there.
   */
  function refuseUnknown(request: Request): void {
    const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (key !== undefined && !keyring.find(key)) throw unknownKey()
  }

  function admit(request: Request, key: string | undefined): Access {
    const access = authorize(keyring, key, SENDERS)
    bodies.letIn(request, access)
    return access
  }

  /**
   * A key in the header, and how often it is used, is checked before the body is read; one at the body's head, where our own clients
   * write it, before the rest is parsed.
   */
  async function readBatch(request: Request, readBody: Body): Promise<Batch> {
    const inHeader = bearerKey(request)
    let access = inHeader === undefined ? undefined : admit(request, inHeader)
    const body = await readBody((bytes) => {
      const key = access ? undefined : keyAtHead(bytes)
      if (key !== undefined) access = admit(request, key)
      return access?.project
    })
    access ??= admit(request, bodyKey(body))
    return { access, envelope: readEnvelope(body) }
  }
}

interface Batch {
  readonly access: Access
  readonly envelope: Envelope
}
