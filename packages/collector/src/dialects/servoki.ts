import { isCurrency, uuidv7 } from '@threadline/schema'
import { z } from 'zod'
import { bearerKey } from '../http/authorize.ts'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, OWN_ERRORS } from './dialect.ts'
import { createRateLimit } from './rate-limit.ts'
import { fromMajorUnits, newVisitor, properties, read, time, utcTime } from './translate.ts'

/** One key that may send Servoki server events for one site. */
export interface ServokiKey {
  /** `servoki_…`. A secret. */
  readonly apiKey: string
  /** The site's domain or numeric code, as senders name it. */
  readonly site: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

const body = z.object({
  site: z.union([z.string(), z.number()]).transform(String),
  event_type: z.string(),
  vid: z.string().optional(),
  value: z.number().optional(),
  currency: z
    .string()
    .transform((code) => code.trim().toUpperCase())
    .refine(isCurrency, { error: 'not an ISO 4217 code' })
    .optional(),
  event_id: z.string().optional(),
  occurred_at: time.optional(),
  props: properties.optional(),
  consent: z.boolean().optional(),
})

function toCanonical(sent: z.infer<typeof body>, now: number): object {
  const { value: amount, currency, props, consent } = sent
  const value = amount === undefined || currency === undefined ? undefined : fromMajorUnits(amount, currency)
  if (amount !== undefined && currency !== undefined && value === undefined) {
    throw new DialectRefusal('invalid', `value: more decimals than ${currency} has`)
  }
  return {
    eventId: sent.event_id ?? uuidv7(now),
    event: sent.event_type,
    timestamp: utcTime(sent.occurred_at, now),
    anonymousId: sent.vid ?? newVisitor(now),
    value,
    currency,
    // Without a currency it is a number like any other.
    properties: amount !== undefined && value === undefined ? { ...props, value: amount } : props,
    consent: consent === undefined ? undefined : { ads: consent },
  }
}

/** Servoki's server events: one a request, deduplicated by `event_id`. Its error bodies are not documented: these are ours. */
export function createServokiDialect(keys: readonly ServokiKey[], now: () => number): Dialect {
  const access = createAccessList(
    'servoki',
    keys.map(({ apiKey, site, project }) => ({ kind: 'sk', credential: apiKey, scope: site, project })),
  )
  // The service counts by IP address, which a web handler does not see; by key is the nearest.
  const limit = createRateLimit({ burst: 600, perSecond: 10 }, now)

  return {
    routes: [
      {
        path: '/api/events/server',
        async receive({ request, body: readBody }) {
          const key = bearerKey(request) ?? ''
          const sites = access.find(key)
          if (!sites) throw new DialectRefusal('unauthorized', 'the key is missing or unknown')
          limit.take(sites)
          // Which of the key's sites it is stands in the body.
          const [anyOfThem] = sites.values()
          const sent = read(body, await readBody(anyOfThem))
          const opened = sites.get(sent.site)
          if (!opened) throw new DialectRefusal('not_found', 'this key has no such site')
          return {
            access: opened,
            trusted: true,
            events: () => [toCanonical(sent, now())],
            answer: new Response(null, { status: 202 }),
          }
        },
      },
    ],
    ...OWN_ERRORS,
  }
}
