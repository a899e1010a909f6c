import { z } from 'zod'
import type { SenderAccess } from '../keys.ts'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, OWN_ERRORS, type Received } from './dialect.ts'
import { isObject, isText } from './json-members.ts'
import type { PageVisitors } from './page-visitor.ts'
import {
  fromMajorUnits,
  liftMoney,
  orNothing,
  othersOf,
  type Properties,
  read,
  takeEventId,
  utmOf,
  withRest,
} from './translate.ts'

/** One site whose pages may send here as they would to Plausible. */
export interface PlausibleSite {
  /**
   * As the pages name it: `shop.example`. Plausible has no key, so whoever knows the name can report anything, revenue
   * included; and so it is here. Give it a project of its own when that matters.
   */
  readonly domain: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

export interface PlausibleDialectOptions {
  readonly sites: readonly PlausibleSite[]
  readonly visitors: PageVisitors
  readonly now: () => number
}

const text = z.string().max(2_000)

const revenue = z.object({ currency: z.unknown(), amount: z.unknown() })

/** Each member under its documented name, or the short one of Plausible's own script, which comes first. */
const body = z.looseObject({
  n: text.optional(),
  name: text.optional(),
  u: z.string().optional(),
  url: z.string().optional(),
  d: text.optional(),
  domain: text.optional(),
  r: z.string().nullish(),
  referrer: z.string().nullish(),
  p: z.unknown().optional(),
  props: z.unknown().optional(),
  m: z.unknown().optional(),
  meta: z.unknown().optional(),
  $: revenue.nullish(),
  revenue: revenue.nullish(),
  i: z.boolean().optional(),
  interactive: z.boolean().optional(),
  e: z.number().optional(),
  sd: z.number().optional(),
  v: z.union([z.string(), z.number()]).optional(),
})

type Sent = z.infer<typeof body>

/** Members that have a place; `h` says how the page's addresses are read. */
const PLACED = [...Object.keys(body.shape), 'h']

/** Canonical names of what the service's own script reports under plain ones. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['pageview', '$pageview'],
  ['engagement', '$page_leave'],
])

function required(value: string | undefined, field: string): string {
  if (value !== undefined && value.trim() !== '') return value
  throw new DialectRefusal('invalid', `${field} can't be blank`, { fields: { [field]: ["can't be blank"] } })
}

function urlOf(sent: Sent): URL {
  const url = required(sent.u ?? sent.url, 'url')
  if (URL.canParse(url)) return new URL(url)
  throw new DialectRefusal('invalid', 'url is not an address', { fields: { url: ['must be a valid url'] } })
}

/** Objects, or JSON text of one. */
function propsOf({ p, props: named, m, meta }: Sent): Properties {
  const given = m ?? meta ?? p ?? named
  const props = isText(given) ? parsed(given) : given
  return isObject(props) ? props : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // As Plausible has it: what is no JSON is no property.
    return undefined
  }
}

/** Revenue has a member of its own; other amounts are among the properties, as our destination puts them. */
function moneyOf(sent: Sent, props: Properties) {
  const revenue = sent.$ ?? sent.revenue
  if (!revenue) return liftMoney(props, 'value', fromMajorUnits)
  const { rest: left, ...money } = liftMoney({ ...revenue }, 'amount', fromMajorUnits)
  // What is no amount of a currency is kept as it was sent.
  return { ...money, rest: money.value === undefined ? { ...props, revenue: left } : props }
}

function toCanonical(sent: Sent, visitor: string, { request, now }: { request: Request; now: number }): object {
  const name = required(sent.n ?? sent.name, 'event_name')
  const url = urlOf(sent)
  const { eventId, rest: props } = takeEventId(propsOf(sent), now)
  const { rest, ...money } = moneyOf(sent, props)
  const isInteractive = sent.i ?? sent.interactive
  const properties = {
    ...withRest(rest, othersOf(sent, PLACED)),
    ...(isInteractive === false && { interactive: false }),
    ...(sent.e !== undefined && { visible_ms: sent.e }),
    ...(sent.sd !== undefined && { scroll_depth: sent.sd }),
  }
  return {
    eventId,
    event: NAMES.get(name) ?? name,
    timestamp: new Date(now).toISOString(),
    anonymousId: visitor,
    url: sent.u ?? sent.url,
    path: url.pathname,
    referrer: sent.r ?? sent.referrer ?? undefined,
    utm: utmOf((parameter) => url.searchParams.get(parameter)),
    ...money,
    properties: orNothing(properties),
    context: {
      library: sent.v === undefined ? undefined : `plausible/${sent.v}`,
      userAgent: request.headers.get('user-agent') ?? undefined,
    },
  }
}

/** Plausible's event endpoint, for its script and its documented requests. There is no key: a site's name opens it. */
export function createPlausibleDialect({ sites, visitors, now }: PlausibleDialectOptions): Dialect {
  const access = createAccessList(
    'plausible',
    sites.map(({ domain, project }) => ({ kind: 'pk', credential: bareDomain(domain), scope: 'events', project })),
  )

  /** A page may name several sites, of which the first that is known here counts. */
  function siteOf(sent: Sent): { readonly domain: string; readonly opened: SenderAccess } {
    const named = required(sent.d ?? sent.domain, 'domain')
    for (const domain of named.split(',').map(bareDomain)) {
      const opened = access.find(domain)?.get('events')
      if (opened) return { domain, opened }
    }
    throw new DialectRefusal('invalid', 'domain is unknown', { fields: { domain: ['is unknown'] } })
  }

  async function receive({ request, body: readBody }: DialectRequest): Promise<Received> {
    const sent = read(body, await readBody())
    const { domain, opened } = siteOf(sent)
    return {
      access: opened,
      trusted: true,
      events: () => [toCanonical(sent, visitors.identify(request, domain), { request, now: now() })],
      answer: accepted(),
      refusedAnswer: accepted({ 'x-plausible-dropped': '1' }),
    }
  }

  return {
    inPages: true,
    routes: [{ path: '/api/event', receive }],
    ...OWN_ERRORS,
    errorBody: ({ code, message, fields }) => ({ errors: fields ?? { request: [message] }, code }),
  }
}

function accepted(headers: { readonly [name: string]: string } = {}): Response {
  return new Response('ok', { status: 202, headers })
}

function bareDomain(domain: string): string {
  return domain
    .trim()
    .toLowerCase()
    .replace(/^www\./, '')
}
