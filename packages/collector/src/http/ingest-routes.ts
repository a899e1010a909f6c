import { LIMITS } from '@threadline/schema'
import type { Context, Hono } from 'hono'
import type { Visitor } from '../enrich/derived.ts'
import type { Admission } from '../ingest/admission.ts'
import { type Envelope, type Ingest, readEnvelope } from '../ingest/ingest.ts'
import type { Access, KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey, bodyKey, checkOrigin } from './authorize.ts'
import { allowAnyOrigin } from './cors.ts'
import type { RateLimiter } from './rate-limit.ts'
import { arrivedBytes, jsonBody } from './read-body.ts'
import { overloaded } from './request-error.ts'

const INGEST_PATHS = ['/v1/batch', '/v1/validate'] as const

const SENDERS: readonly KeyKind[] = ['pk', 'sk']

/** Answers a batch in another service's language; undefined when it is in none. */
export type ForeignBatch = (c: Context, body: () => Promise<unknown>) => Promise<Response | undefined>

export interface IngestRoutesOptions {
  readonly keyring: Keyring
  readonly rateLimiter: RateLimiter
  readonly ingest: Ingest
  readonly admission: Pick<Admission, 'claim'>
  readonly now: () => number
  readonly visitorOf: (request: Request) => Visitor | undefined
  /** Looks at batches that are no native ones: other services' clients post to the same path. */
  readonly foreignBatch: ForeignBatch
}

/** `POST /v1/batch` and its dry run `POST /v1/validate`, also from browsers on other origins. */
export function addIngestRoutes(
  app: Hono,
  { keyring, rateLimiter, ingest, admission, now, visitorOf, foreignBatch }: IngestRoutesOptions,
): void {
  for (const path of INGEST_PATHS) allowAnyOrigin(app, path)

  app.post('/v1/batch', async (c) => {
    const receivedAt = now()
    const body = jsonBody(c.req.raw, LIMITS.batchBytes)
    let batch: Batch
    try {
      batch = await readBatch(c, keyring, body)
    } catch (error) {
      // Native senders come first and pay nothing for the others.
      const answer = await foreignBatch(c, body)
      if (answer) return answer
      throw error
    }
    const { access, envelope } = batch
    rateLimiter.take(access)
    const retryAfterS = admission.claim(c.req.raw, { project: access.project, bytes: arrivedBytes(c.req.raw) })
    if (retryAfterS > 0) throw overloaded(retryAfterS)
    const sender = access.kind === 'pk' ? 'pk' : 'sk'
    const visitor = sender === 'pk' ? visitorOf(c.req.raw) : undefined
    const arrival = { project: access.project, sender, sentAt: envelope.sentAt, receivedAt, visitor } as const
    return c.json(await ingest.store(envelope, arrival))
  })

  app.post('/v1/validate', async (c) => {
    const { access, envelope } = await readBatch(c, keyring, jsonBody(c.req.raw, LIMITS.batchBytes))
    rateLimiter.take(access)
    return c.json(ingest.validate(envelope, access.kind))
  })
}

interface Batch {
  readonly access: Access
  readonly envelope: Envelope
}

/** A key in the header is checked before the body is read. */
async function readBatch(c: Context, keyring: Keyring, readBody: () => Promise<unknown>): Promise<Batch> {
  const request = c.req.raw
  const inHeader = bearerKey(request)
  const early = inHeader === undefined ? undefined : authorize(keyring, inHeader, SENDERS)
  const body = await readBody()
  const access = early ?? authorize(keyring, bodyKey(body), SENDERS)
  checkOrigin(access, request.headers.get('origin'))
  return { access, envelope: readEnvelope(body) }
}
