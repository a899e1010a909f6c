import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { BEGINNINGS, readBeginning } from '../forward/forward-options.ts'
import type { Forwarding, ForwardStatus } from '../forward/forwarding.ts'
import type { KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey } from './authorize.ts'
import { isoTime } from './person-view.ts'
import { daysQuery, isoDate, readDays, readQuery } from './query.ts'
import { readJsonBody } from './read-body.ts'
import type { Readers } from './readers.ts'
import { RequestError } from './request-error.ts'

/** What changes where events go is more than reading. */
const CHANGERS: readonly KeyKind[] = ['sk']

const MAX_BODY_BYTES = 10_000

export const beginRequest = z.object({
  from: z.string().max(40).describe('now, a day such as 2026-01-31, or an instant such as 2026-01-31T09:30:00Z.'),
})

export interface ForwardRoutesOptions {
  readonly keyring: Keyring
  readonly readers: Readers
  readonly forwarding: Forwarding
  readonly now: () => number
}

/** Where a project's events go, how far that is, and how to stop it. */
export function addForwardRoutes(app: Hono, { keyring, readers, forwarding, now }: ForwardRoutesOptions): void {
  const nameIn = (c: Context) => ({
    project: authorize(keyring, bearerKey(c.req.raw), CHANGERS).project,
    name: c.req.param('name') ?? '',
  })

  app.get('/v1/forwards', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const days = readDays(readQuery(c, daysQuery), now())
    const forwards = await forwarding.status(project, days)
    return c.json({ from: isoDate(days.from), to: isoDate(days.to), forwards: forwards.map(forwardView) })
  })

  app.post('/v1/forwards/:name/pause', async (c) => {
    const forward = nameIn(c)
    return changed(c, forward.name, await forwarding.pause(forward))
  })

  app.post('/v1/forwards/:name/resume', async (c) => {
    const forward = nameIn(c)
    return changed(c, forward.name, await forwarding.resume(forward))
  })

  app.post('/v1/forwards/:name/begin', async (c) => {
    const forward = nameIn(c)
    const body = beginRequest.safeParse(await readJsonBody(c.req.raw, MAX_BODY_BYTES))
    const from = body.success ? readBeginning(body.data.from) : undefined
    if (from === undefined) throw new RequestError('invalid_request', BEGINNINGS)
    return changed(c, forward.name, await forwarding.begin(forward, from))
  })
}

function changed(c: Context, name: string, isKnown: boolean): Response {
  if (!isKnown) throw new RequestError('not_found', 'nothing is forwarded under this name in this project')
  return c.json({ name })
}

function forwardView({ from, begunAt, pausedAt, deliveredAt, lagMs, ...rest }: ForwardStatus) {
  return {
    ...rest,
    from: from === null ? null : isoTime(from),
    begunAt: isoTime(begunAt),
    pausedAt: pausedAt === null ? null : isoTime(pausedAt),
    deliveredAt: deliveredAt === null ? null : isoTime(deliveredAt),
    lagSeconds: lagMs / 1_000,
  }
}
