import { LIMITS } from '@threadline/schema'
import { z } from 'zod'
import { catalogueQuery } from '../http/catalogue-routes.ts'
import { peopleQuery } from '../http/people-routes.ts'
import { daysQuery } from '../http/query.ts'
import { timelineQuery } from '../http/read-routes.ts'
import { funnelQuery, recurringQuery, revenueQuery, stagesQuery } from '../http/report-routes.ts'
import { breakdownQuery, overviewQuery, seriesQuery } from '../http/traffic-query.ts'
import { queryOf, type Tool } from './tool.ts'

/** Events are long, and whoever reads them here pays for each. More can be asked for. */
const FEW_EVENTS = 50
const FEW_PEOPLE = 20

const id = z
  .string()
  .min(1)
  .max(LIMITS.idLength)
  .refine((text) => !/^\.{1,2}$/.test(text), { error: 'is no id' })
  .describe('A user id or an anonymous id, whole; find_people finds them.')

/** A name of an event that a funnel can have. */
const step = z
  .string()
  .min(1)
  .regex(/^[^,]+$/, { error: 'a step is the name of an event, without a comma' })

/** A read that takes what its route takes: the route's own schema says so, so that the two never differ. */
function read(tool: Omit<Tool, 'asked'>, path: string): Tool {
  return { ...tool, input: tool.input.strict(), asked: (args) => ({ path, query: queryOf(args) }) }
}

/** What whoever may read can ask. */
export const READ_TOOLS: readonly Tool[] = [
  read(
    {
      name: 'catalogue',
      title: 'Events and properties',
      description:
        'The names of events that were seen, how many, who sends them, and the names and types of their properties. Start here: other tools take these names.',
      input: catalogueQuery,
    },
    '/v1/catalogue',
  ),
  read(
    {
      name: 'overview',
      title: 'Overview',
      description:
        'Visitors, sessions, page views, events, bounce rate, median session, revenue and conversions of a period; with compare those of the period before as well.',
      input: overviewQuery.extend({
        compare: z.boolean().describe('Whether to add the period of the same length before.').default(false),
      }),
    },
    '/v1/reports/overview',
  ),
  read(
    {
      name: 'series',
      title: 'By hour, day or week',
      description: 'Visitors, sessions, page views and events over time, every hour, day or week of a period.',
      input: seriesQuery,
    },
    '/v1/reports/series',
  ),
  read(
    {
      name: 'breakdown',
      title: 'Breakdown',
      description:
        'The same counts by page, channel, source, campaign, country, device, browser, event or another dimension, most visitors first.',
      input: breakdownQuery,
    },
    '/v1/reports/breakdown',
  ),
  read(
    {
      name: 'online',
      title: 'Online now',
      description: 'How many people did anything in the last five minutes.',
      input: z.object({}),
    },
    '/v1/reports/online',
  ),
  {
    name: 'funnel',
    title: 'Funnel',
    description: 'How many people got to each of 2 to 10 events, in their order and within a window of time.',
    input: funnelQuery
      .extend({ steps: z.array(step).min(2).max(10).describe('Different names of events, in their order.') })
      .strict(),
    asked: ({ steps, ...args }) => ({
      path: '/v1/reports/funnel',
      query: queryOf({ ...args, steps: String(steps) }),
    }),
  },
  read(
    {
      name: 'stages',
      title: 'Stages',
      description: 'How many people are visitors, in consideration, in a trial, or customers: each at the furthest.',
      input: stagesQuery,
    },
    '/v1/reports/stages',
  ),
  read(
    {
      name: 'revenue',
      title: 'Revenue',
      description:
        'Payments less refunds by day, currency and source, each payment once. Amounts are in minor units: 4990 EUR is 49.90 €. Never add up currencies.',
      input: revenueQuery,
    },
    '/v1/reports/revenue',
  ),
  read(
    {
      name: 'recurring_revenue',
      title: 'Recurring revenue',
      description:
        'Monthly recurring revenue by plan and interval, of the subscriptions that are billed now. In minor units.',
      input: recurringQuery,
    },
    '/v1/reports/mrr',
  ),
  {
    name: 'find_people',
    title: 'Find people',
    description:
      'People, seen last first: by a part of an id or an e-mail address, or those whom a report counts by the same filters, goal and days.',
    input: peopleQuery.extend({ limit: peopleQuery.shape.limit.prefault(FEW_PEOPLE) }).strict(),
    asked: (args) => ({ path: '/v1/people', query: queryOf({ limit: FEW_PEOPLE, ...args }) }),
  },
  {
    name: 'person',
    title: 'One person',
    description: 'Who somebody is: their ids and what linked them, traits, groups, stage, first and last touch.',
    input: z.strictObject({ id }),
    asked: (args) => ({ path: `/v1/people/${encodeURIComponent(String(args['id']))}` }),
  },
  {
    name: 'person_timeline',
    title: 'Timeline of a person',
    description:
      'What somebody did on all their devices and what servers said of them, oldest first, the newest events of it; before takes the cursor of an answer for older ones.',
    input: timelineQuery.extend({ id, limit: timelineQuery.shape.limit.prefault(FEW_EVENTS) }).strict(),
    asked: ({ id: person, ...args }) => ({
      path: `/v1/people/${encodeURIComponent(String(person))}/timeline`,
      query: queryOf({ limit: FEW_EVENTS, ...args }),
    }),
  },
  read(
    {
      name: 'delivery_health',
      title: 'Delivery health',
      description:
        'What did not become an event: duplicates that were stopped, events that were refused and why, losses that senders report, and what bots sent.',
      input: daysQuery,
    },
    '/v1/reports/health',
  ),
]
