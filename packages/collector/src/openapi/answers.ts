import type { JsonObject } from '@threadline/schema'
import { trackEvent } from '@threadline/schema/zod'
import { z } from 'zod'
import type { EventView } from '../http/event-view.ts'
import type { ExportLine } from '../http/export-person.ts'
import { STAGES } from '../stage.ts'
import { MAX_PROPERTIES, PROPERTY_TYPES } from '../store/catalogue.ts'
import { COUNT_KINDS } from '../store/count-kinds.ts'
import type { Person } from '../store/store.ts'
import { ARRIVAL_DIMENSIONS, ATTRIBUTIONS } from '../traffic/attribution.ts'
import { INTERVALS } from '../traffic/buckets.ts'
import { DIMENSIONS } from '../traffic/filters.ts'

// What the read routes answer. Served as a description and held against real answers by a test.

const instant = z.iso.datetime()
const day = z.iso.date().describe('A day in UTC.')
const count = z.int().min(0)
const stage = z.enum(STAGES).describe('The furthest a person has come.')

export const person = z.object({
  userId: z.string().nullable().describe('null for a visitor whom no user owns.'),
  anonymousIds: z.array(z.string()).describe('First link first.'),
}) satisfies z.ZodType<Person>

const fact = (description: string) => z.string().describe(description).exactOptional()

const derived = z
  .object({
    channel: fact('How somebody came who came with this event: one of the known channels, or a rule’s of the project.'),
    origin: fact('Where from: a well-known site’s name, else utm.source, else the host that linked here.'),
    device: fact('desktop, mobile, tablet, tv, bot or other.'),
    browser: fact('By name, without its version.'),
    os: fact('By name, without its version.'),
    bot: fact('The bot’s name. Absent for people.'),
    country: fact('ISO 3166-1, two letters.'),
    region: fact('ISO 3166-2, or a name.'),
    city: fact('By name.'),
  })
  .describe('What was derived from the event and the request that brought it. What is not known is absent.')
  .exactOptional()

export const eventView = z.object({
  event: trackEvent,
  occurredAt: instant.describe('When it happened, corrected for the sender’s clock. event.timestamp is by that clock.'),
  receivedAt: instant.describe('When it arrived.'),
  sender: z.enum(['browser', 'server']).describe('Whether a pk_ or an sk_ key brought it.'),
  derived,
}) satisfies z.ZodType<EventView>

export const events = z.object({
  events: z.array(eventView).describe('Newest first.'),
  before: z
    .string()
    .nullable()
    .describe('Cursor of what happened before these; null when there is none, or none was asked for.'),
})

const calledBy = {
  name: z.string().nullable().describe('By their latest traits: name, or first and last name.'),
  email: z.string().nullable(),
}

export const names = z.object({
  names: z.array(
    z.object({
      id: z.string().describe('As it was asked for.'),
      person: z.string().describe('The user whom it belongs to, where it belongs to one; else the id.'),
      ...calledBy,
    }),
  ),
})

/** Any JSON: spelled out it would be a schema that contains itself, which not every reader of this takes. */
const traits = z.custom<JsonObject>().meta({ type: 'object', description: 'The latest value of each trait.' })

const traitsPartial = z
  .boolean()
  .describe('Only the latest 10,000 events that tell traits were looked at, and there are more.')

const groupFields = {
  groupId: z.string(),
  traits,
  traitsPartial,
  firstSeen: instant.describe('When it was first said that anybody (of a person’s groups: that they) belonged to it.'),
}

const text = z.string().optional()

const touch = z
  .object({
    utm: z.object({ source: text, medium: text, campaign: text, term: text, content: text }).nullable(),
    clickIds: z.record(z.string(), z.string()).nullable().describe('Advertising click ids by parameter name.'),
    referrer: z.string().nullable().describe('The page elsewhere that linked here.'),
    path: z.string().nullable().describe('Where they landed.'),
    channel: z
      .string()
      .nullable()
      .describe('By which channel they came; null until an event from before there were channels is reprocessed.'),
    at: instant,
  })
  .nullable()

export const profile = z.object({
  person,
  stage,
  firstSeen: instant,
  lastSeen: instant,
  events: count,
  email: z.string().nullable().describe('The latest that any event told.'),
  traits,
  traitsPartial,
  links: z
    .array(
      z.object({
        anonymousId: z.string(),
        firstSeen: instant.describe('When an event first told of both ids.'),
        linkedBy: z.string().nullable().describe('That event, or $alias; null when it is gone.'),
        address: z
          .string()
          .nullable()
          .describe('The e-mail address that joined it, by the event in linkedBy; null when something better did.'),
      }),
    )
    .describe('First link first.'),
  groups: z.array(z.object(groupFields)).describe('Those they have belonged to the longest come first: 100 at most.'),
  moreGroups: count.describe('How many groups they belong to beside these.'),
  firstTouch: touch.describe('The first arrival that says where they came from; failing that, their first page.'),
  lastTouch: touch.describe('The last such arrival.'),
})

const session = z.object({
  id: z.string(),
  start: instant,
  end: instant,
  events: count,
  entryPath: z.string().nullable().describe('The path of its first page.'),
})

export const timeline = z.object({
  person,
  stage,
  sessions: z.array(session).describe('Those that these events are of.'),
  events: z.array(eventView).describe('Oldest first: the newest before the cursor.'),
  before: z.string().nullable().describe('Cursor of the page before this one; null when there is none.'),
})

export const exportLine = z.discriminatedUnion('type', [
  person.extend({ type: z.literal('person') }),
  z.object({ type: z.literal('link'), anonymousId: z.string(), userId: z.string(), firstSeen: instant }),
  z.object({
    type: z.literal('alias'),
    previousId: z.string(),
    anonymousId: z.string().nullable(),
    userId: z.string().nullable(),
    firstSeen: instant,
  }),
  z.object({
    type: z.literal('billingId'),
    id: z.string().describe('By which a provider knows the person or a payment.'),
  }),
  z.object({
    type: z.literal('claim'),
    id: z.string(),
    anonymousId: z.string().nullable(),
    userId: z.string().nullable(),
    firstSeen: instant,
  }),
  z.object({
    type: z.literal('subscription'),
    id: z.string(),
    changedAt: instant,
    billed: z.boolean(),
    plan: z.string(),
    interval: z.string().describe('day, week, month or year.'),
    intervalCount: z.int().min(1),
    amount: z.int().nullable().describe('List price of one interval, in minor units.'),
    currency: z.string(),
    account: z.string().nullable(),
    livemode: z.boolean(),
  }),
  eventView.extend({
    type: z.literal('event'),
    sentAt: instant.nullable(),
    storedAt: instant,
    userAgent: fact('Of the browser that sent it. Servers say it in event.context.'),
  }),
  z.object({ type: z.literal('traits'), traits }),
  z.object({ type: z.literal('end'), events: count, links: count }),
]) satisfies z.ZodType<ExportLine>

export const erasures = z.object({
  erasures: z.array(
    z.object({
      id: z.string(),
      erasedAt: instant,
      events: count,
      links: count,
      compactedAt: instant
        .nullable()
        .describe('When the database’s files were written anew; null while bytes may be in there.'),
    }),
  ),
})

export const erased = z.object({
  erased: z.array(z.object({ id: z.string(), events: count, links: count })),
  unknown: z.array(z.string()).describe('Ids that nobody has.'),
})

export const reprocessed = z.object({
  events: count.describe('Derived anew by this request.'),
  next: z.string().nullable().describe('Goes into `after`; null when there are no more.'),
  total: count.describe('How many there were to do, told at the beginning.').optional(),
})

export const publicKeys = z.object({ keys: z.array(z.string().describe('Beginning with pk_.')) })

export const loginLink = z.object({ path: z.string().describe('Beginning with /login.'), expiresAt: instant })

export const pageSessions = z.object({
  sessions: z.array(z.object({ id: z.string(), createdAt: instant, expiresAt: instant })),
})

export const endedSession = z.object({ id: z.string() })

export const forgotten = z.object({ person, removed: z.object({ events: count, links: count }) })

const summaries = z
  .array(
    z.object({
      id: z.string().describe('The user id, or the visitor’s anonymous id.'),
      identified: z.boolean(),
      ...calledBy,
      firstSeen: instant,
      lastSeen: instant,
      events: count,
      stage,
    }),
  )
  .describe('Who was seen last comes first.')

const more = z.boolean().describe('There are more people than the limit let through.')

export const people = z.object({ people: summaries, more })

export const group = z.object({ ...groupFields, people: summaries, more })

/** The days that an answer covers, which a request need not name. */
const days = { from: day, to: day }

/** Days of the time zone that was asked for. */
const localDay = z.iso.date().describe('A day in the time zone of the answer.')
const period = { from: localDay, to: localDay }
const timeZone = z.string()

const traffic = {
  visitors: count.describe('People with any event that matches.'),
  sessions: count,
  pageviews: count,
  events: count,
  conversions: count.describe('Those of the visitors who reached the goal; only with one.').exactOptional(),
}

const conversionRate = z.number().min(0).max(1).describe('Conversions by visitors; only with a goal.').exactOptional()

const totals = z.object({
  ...traffic,
  conversionRate,
  bounceRate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('Of the sessions with a page view, those with one and no event but the SDK’s own; null without any.'),
  medianSessionSeconds: z
    .number()
    .nullable()
    .describe('From the first to the last event of a session; null without any.'),
  revenue: z
    .array(z.object({ currency: z.string(), amount: z.int() }))
    .describe(
      'The project’s own live money, payments less refunds and disputes, in minor units. With filters, that of the visitors; without, all of it.',
    ),
})

export const overview = z.object({
  ...period,
  timeZone,
  totals,
  previous: z
    .object({ ...period, totals })
    .nullable()
    .describe('As many days before; null unless asked for.'),
})

export const series = z.object({
  ...period,
  timeZone,
  interval: z.enum(INTERVALS),
  points: z.array(
    z.object({
      start: instant,
      ...traffic,
      conversions: count
        .describe('Of the visitors of the whole period, those who reached the goal then; only with one.')
        .exactOptional(),
    }),
  ),
})

export const breakdown = z.object({
  ...period,
  timeZone,
  dimension: z.enum(DIMENSIONS),
  rows: z.array(z.object({ value: z.string().nullable().describe('null for none.'), ...traffic, conversionRate })),
  more: z.boolean().describe('There are more values than the limit let through.'),
})

export const attribution = z.object({
  ...period,
  timeZone,
  dimension: z.enum(ARRIVAL_DIMENSIONS),
  attribution: z.enum(ATTRIBUTIONS),
  rows: z.array(
    z.object({
      value: z.string().nullable().describe('null for none.'),
      conversions: count.describe('People who reached the goal; only with one.').exactOptional(),
      revenue: totals.shape.revenue,
    }),
  ),
  more: z.boolean().describe('There are more values than the limit let through.'),
})

export const retention = z.object({
  ...period,
  timeZone,
  cohorts: z.array(
    z.object({
      start: instant.describe('When the week begins, on a Monday.'),
      people: count.describe('Whom the project saw for the first time in that week.'),
      active: z
        .array(count)
        .describe(
          'How many of them were there in that week, in the next one, and so on to the last week that has begun.',
        ),
    }),
  ),
})

export const online = z.object({ people: count })

const moreRows = z
  .boolean()
  .describe('Whether there are more than these 10,000 rows, which are of the latest days, and of one day the highest.')

export const eventCounts = z.object({
  ...days,
  counts: z.array(z.object({ day, event: z.string(), count })),
  more: moreRows,
})

export const catalogue = z.object({
  ...days,
  events: z.array(
    z.object({
      event: z.string(),
      count,
      firstSeen: instant.describe('In the period.'),
      lastSeen: instant,
      senders: z.array(z.enum(['browser', 'server'])),
      lookedInto: count.describe(
        'How many of them were looked into for properties. Events over 20,000 characters are not.',
      ),
      properties: z
        .array(
          z.object({
            name: z.string().describe('Cut to 200 characters.'),
            types: z.array(z.enum(PROPERTY_TYPES)),
            seen: count.describe('In how many of the events that were looked into.'),
          }),
        )
        .describe(`Seen most often first: ${MAX_PROPERTIES} at most.`),
      moreProperties: count.describe('How many there were beside these.'),
    }),
  ),
  more: z.boolean().describe('There are more names than the limit let through.'),
})

export const funnel = z.object({
  ...days,
  windowHours: z.number(),
  steps: z.array(z.object({ event: z.string(), people: count })),
})

export const revenue = z.object({
  ...days,
  revenue: z.array(
    z.object({
      day,
      currency: z.string(),
      source: z.string().nullable().describe('The utm.source that first brought the person.'),
      account: z.string().nullable().describe('The connected account; null for the project’s own.'),
      amount: z
        .int()
        .describe('Payments less refunds and disputes, in minor units. Sums stop at ±9007199254740991: that, or more.'),
      payments: count.describe('How many payments, refunds, disputes and reversals make up the amount.'),
      refunded: z.int().describe('What went back, less what of that came back. In the amount already.'),
      unmatched: z.int().describe('Refunds and disputes of payments that were never seen. Not in the amount.'),
    }),
  ),
})

const monthly = z.int().describe('What it comes to in a month, in minor units, rounded after adding up.')

export const mrr = z.object({
  plans: z.array(
    z.object({
      plan: z.string(),
      interval: z.string().describe('day, week, month or year.'),
      intervalCount: z.int().min(1).describe('3 with month is each quarter.'),
      currency: z.string(),
      account: z.string().nullable().describe('The connected account; null for the project’s own.'),
      subscriptions: count,
      amount: z.int().describe('What one interval of them comes to, at list prices, in minor units.'),
      unpriced: count.describe('Subscriptions whose price is unknown, as with tiers. They add nothing.'),
      monthly,
    }),
  ),
  totals: z.array(z.object({ currency: z.string(), account: z.string().nullable(), subscriptions: count, monthly })),
})

export const stages = z.object({ stages: z.array(z.object({ stage, people: count })).describe('All four, in order.') })

export const deliveryHealth = z.object({
  ...days,
  counts: z.array(
    z.object({
      day,
      kind: z
        .enum(COUNT_KINDS)
        .describe(
          'What did not become an event: known already, refused, a server’s event that a browser sent (which is refused, too), or given up by its sender. What bots sent is stored, and left out of reports.',
        ),
      name: z
        .string()
        .describe(
          'Of a duplicate and of what is misplaced the event’s name, of invalid the error’s code, of lost the reason that the sender gave, of bot its name.',
        ),
      count: count.describe('Stops at 9007199254740991. Of one request, at most a million losses for a reason count.'),
    }),
  ),
  more: moreRows,
})

export const forwards = z.object({
  ...days,
  forwards: z.array(
    z.object({
      name: z.string(),
      destination: z.string().describe('The service, for example posthog.'),
      dedupes: z.boolean().describe('Whether the service counts an event that comes twice once.'),
      events: z.array(z.string()).nullable().describe('Names of the events that are forwarded; null when it is all.'),
      consent: z.enum(['analytics', 'ads']).describe('What a person must not have refused, or must have agreed to.'),
      from: instant
        .nullable()
        .describe('Events that happened before are left out; null: it began with the next event.'),
      begunAt: instant,
      progress: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .describe('The part that is done of what was there when it began; null when it began with the next event.'),
      pausedAt: instant.nullable(),
      lagSeconds: z.number().min(0).describe('Age of the oldest event that is still to be forwarded; 0 when none is.'),
      deliveredAt: instant.nullable().describe('When an event was last delivered.'),
      trouble: z
        .object({ code: z.string(), message: z.string() })
        .nullable()
        .describe('Why nothing gets through. Nothing is lost meanwhile.'),
      outcomes: z
        .record(z.string(), count)
        .describe('Events by what became of them: delivered, duplicate, erased, or why they were given up.'),
    }),
  ),
})

export const settings = z.object({
  project: z.string(),
  settings: z.object({
    timeZone: z.string().describe('Whose days reports have, unless they are asked for others.'),
    goals: z.array(z.object({ name: z.string(), event: z.string().optional(), path: z.string().optional() })),
  }),
})

export const settingChanges = z.object({
  changes: z.array(
    z.object({
      at: instant,
      who: z.string().describe('A key or a session of the live page, by what opens nothing.'),
      name: z.string(),
      before: z.unknown().describe('Null for the default.'),
      after: z.unknown(),
    }),
  ),
})

export const keys = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['pk', 'sk', 'rk']),
      name: z.string(),
      origins: z.array(z.string()).describe('Where a pk_ key may be used; empty for anywhere.'),
      createdAt: instant,
      revokedAt: instant.nullable(),
    }),
  ),
})

export const createdKey = z.object({
  id: z.string(),
  key: z.string().describe('The key itself. It is not stored, and cannot be shown again.'),
})

export const revokedKey = z.object({ id: z.string() })

export const changedForward = z.object({ name: z.string() })

export const health = z.object({ status: z.string() })
