import { z } from 'zod'
import { MAX_PROPERTIES, PROPERTY_TYPES } from '../../store/catalogue.ts'
import { COUNT_KINDS } from '../../store/count-kinds.ts'
import { ARRIVAL_DIMENSIONS, ATTRIBUTIONS } from '../../traffic/attribution.ts'
import { INTERVALS } from '../../traffic/buckets.ts'
import { DIMENSIONS } from '../../traffic/filters.ts'
import { count, day, days, instant, stage } from './parts.ts'

// What reports answer.

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
