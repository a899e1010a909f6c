import { LIMITS } from '@threadline/schema'
import type { Hono } from 'hono'
import { z } from 'zod'
import type { Enrichment } from '../enrich/enrichment.ts'
import type { KeyKind, Keyring } from '../keys.ts'
import { BEGINNING, REPROCESSED_AT_ONCE } from '../store/reprocess.ts'
import type { Store } from '../store/store.ts'
import { authorize, bearerKey } from './authorize.ts'
import { readCheckedBody } from './checked-body.ts'
import { readPlace, writePlace } from './cursor.ts'

/** It changes what is stored: a reader's key is not enough. */
const CHANGERS: readonly KeyKind[] = ['sk']

export const reprocessRequest = z.object({
  since: z.iso.date().describe('First day, in UTC. The first there is unless given.').optional(),
  allUntil: z.iso
    .datetime()
    .describe('What was stored up to this instant is derived anew even if it need not be.')
    .optional(),
  after: z.string().max(1_000).describe('The `next` of the answer before. Absent at the beginning.').optional(),
})

export interface ReprocessRoutesOptions {
  readonly keyring: Keyring
  readonly store: Store
  readonly enrichment: Enrichment
}

/** Derives columns of stored events anew, a part with each request, so that whoever asks can stop and go on at any time. */
export function addReprocessRoutes(app: Hono, { keyring, store, enrichment }: ReprocessRoutesOptions): void {
  app.post('/v1/reprocess', async (c) => {
    const { project } = authorize(keyring, bearerKey(c.req.raw), CHANGERS)
    const body = await readCheckedBody(c.req.raw, reprocessRequest, LIMITS.batchBytes)
    const { since, allUntil, after } = body
    const query = {
      revision: enrichment.revision(project),
      since: since === undefined ? 0 : Date.parse(since),
      ...(allUntil !== undefined && { allUntil: Date.parse(allUntil) }),
    }
    const place = after === undefined ? BEGINNING : readPlace(after)
    // Counting is a look at all events: once is enough.
    const total = after === undefined ? { total: await store.countOld(project, query) } : {}
    const { derive } = enrichment
    const { events, next } = await store.reprocess(project, {
      ...query,
      derive,
      after: place,
      limit: REPROCESSED_AT_ONCE,
    })
    return c.json({ events, next: next && writePlace(next), ...total })
  })
}
