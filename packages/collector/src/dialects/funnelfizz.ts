import { utf8Bytes } from '@threadline/schema'
import { z } from 'zod'
import { hashKey } from '../keys.ts'
import { ADDRESS_PREFIX, addressId } from '../store/address-id.ts'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, OWN_ERRORS } from './dialect.ts'
import { createRateLimit } from './rate-limit.ts'
import { fromMajorUnits, liftMoney, properties, read, takeEventId, utmOf } from './translate.ts'

/** One workspace user whose session may send FunnelFizz server events. */
export interface FunnelFizzSession {
  /** The session cookie as `name=value`. A secret. */
  readonly cookie: string
  /** The user's own id: the only `userId` that an event of this session may name. */
  readonly userId: string
  readonly workspaceId: string
  readonly siteId: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

const MAX_EVENTS = 50
/** The service says 8 KB and not which kind: the larger one refuses nobody. */
const MAX_PROPS_BYTES = 8_192

const event = z.object({
  type: z.string(),
  visitorId: z.string().optional(),
  email: z.string().optional(),
  path: z.string().optional(),
  referrer: z.string().optional(),
  utm: properties.optional(),
  userId: z.string().optional(),
  props: properties
    .refine((props) => utf8Bytes(JSON.stringify(props)) <= MAX_PROPS_BYTES, { error: 'props is over 8 KB' })
    .optional(),
})

const body = z.object({ siteId: z.string(), events: z.array(event).min(1).max(MAX_EVENTS) })

/** Canonical names of what the service's own script reports under plain ones. */
const NAMES: { readonly [type: string]: string } = { identify: '$identify', pageview: '$pageview' }

function toCanonical(sent: z.infer<typeof event>, now: number): object {
  const { eventId, rest } = takeEventId(sent.props, now)
  const { email, path, referrer, userId, utm } = sent
  const name = Object.hasOwn(NAMES, sent.type) ? NAMES[sent.type] : sent.type
  const shared = {
    eventId,
    event: name,
    timestamp: new Date(now).toISOString(),
    // Email is FunnelFizz's strongest id; without a visitor it is the only one there is.
    anonymousId: sent.visitorId ?? (email && (addressId(email) ?? `${ADDRESS_PREFIX}${email.trim().toLowerCase()}`)),
    userId,
    email,
    path,
    referrer,
    utm: utmOf((key) => utm?.[key]),
  }
  if (name === '$identify') return { ...shared, traits: rest }
  const { rest: remaining, ...money } = liftMoney(rest, 'value', fromMajorUnits)
  return { ...shared, ...money, properties: remaining }
}

/** FunnelFizz's server events. Its own answers are not documented: those here are ours. */
export function createFunnelfizzDialect(sessions: readonly FunnelFizzSession[], now: () => number): Dialect {
  const scopeOf = (workspaceId: string, siteId: string) => JSON.stringify([workspaceId, siteId])
  const access = createAccessList(
    'funnelfizz',
    sessions.map(({ cookie, workspaceId, siteId, project }) => ({
      kind: 'sk',
      credential: cookie,
      scope: scopeOf(workspaceId, siteId),
      project,
    })),
  )
  const users = new Map(sessions.map(({ cookie, userId }) => [hashKey(cookie), userId]))
  const limit = createRateLimit({ burst: 600, perSecond: 600 / 3_600 }, now)

  function sessionOf({ request }: DialectRequest) {
    for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
      const opened = access.find(pair.trim())
      if (opened) return { opened, userId: users.get(hashKey(pair.trim())) ?? '' }
    }
    throw new DialectRefusal('unauthorized', 'the session cookie of a workspace user is needed')
  }

  return {
    routes: [
      {
        path: '/api/tracking/server-events',
        async receive(request) {
          const { opened, userId } = sessionOf(request)
          limit.take(userId)
          // Which of the session's sites it is stands in the body.
          const [anyOfThem] = opened.values()
          const { siteId, events } = read(body, await request.body(anyOfThem))
          const site = opened.get(scopeOf(request.query('workspaceId') ?? '', siteId))
          if (!site) throw new DialectRefusal('forbidden', 'the site is not in this workspace')
          if (events.some((sent) => sent.userId !== undefined && sent.userId !== userId)) {
            throw new DialectRefusal('forbidden', 'userId must be the id of the session’s own user')
          }
          const at = now()
          return {
            access: site,
            trusted: true,
            joinsByEmail: true,
            events: () => events.map((sent) => toCanonical(sent, at)),
            answer: Response.json({ ok: true, count: events.length }),
          }
        },
      },
    ],
    ...OWN_ERRORS,
  }
}
