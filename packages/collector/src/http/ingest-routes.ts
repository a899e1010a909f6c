import { LIMITS } from '@threadline/schema'
import type { Context, Hono } from 'hono'
import { type Envelope, type Ingest, readEnvelope } from '../ingest/ingest.ts'
import type { Access, KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey, bodyKey, checkOrigin } from './authorize.ts'
import { readJsonBody } from './read-body.ts'

const INGEST_PATHS = ['/v1/batch', '/v1/validate'] as const

const SENDERS: readonly KeyKind[] = ['pk', 'sk']

export interface IngestRoutesOptions {
  readonly keyring: Keyring
  readonly ingest: Ingest
  readonly now: () => number
}

/** `POST /v1/batch` and its dry run `POST /v1/validate`, also from browsers on other origins. */
export function addIngestRoutes(app: Hono, { keyring, ingest, now }: IngestRoutesOptions): void {
  for (const path of INGEST_PATHS) allowAnyOrigin(app, path)

  app.post('/v1/batch', async (c) => {
    const receivedAt = now()
    const { access, envelope } = await readBatch(c, keyring)
    const sender = access.kind === 'pk' ? 'pk' : 'sk'
    return c.json(
      await ingest.store(envelope, { project: access.project, sender, sentAt: envelope.sentAt, receivedAt }),
    )
  })

  app.post('/v1/validate', async (c) => {
    const { access, envelope } = await readBatch(c, keyring)
    return c.json(ingest.validate(envelope, access.kind))
  })
}

/** A key in the header is checked before the body is read. */
async function readBatch(c: Context, keyring: Keyring): Promise<{ access: Access; envelope: Envelope }> {
  const request = c.req.raw
  const inHeader = bearerKey(request)
  const early = inHeader === undefined ? undefined : authorize(keyring, inHeader, SENDERS)
  const body = await readJsonBody(request, LIMITS.batchBytes)
  const access = early ?? authorize(keyring, bodyKey(body), SENDERS)
  checkOrigin(access, request.headers.get('origin'))
  return { access, envelope: readEnvelope(body) }
}
