import type { JsonObject } from '@threadline/schema'
import { z } from 'zod'
import type { ExportLine } from '../../http/export-person.ts'
import { eventView } from './events.ts'
import { count, fact, instant, person, stage } from './parts.ts'

// What the routes of people answer.

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
