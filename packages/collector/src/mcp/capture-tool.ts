import { type JsonObject, LIMITS, uuidv7 } from '@threadline/schema'
import { z } from 'zod'
import type { Tool } from './tool.ts'

const id = z.string().min(1).max(LIMITS.idLength)

/** The collector checks each event as it checks those of servers, and says what is wrong with which. */
const events = z
  .array(
    z.looseObject({
      event: z
        .string()
        .min(1)
        .max(LIMITS.eventNameLength)
        .describe('object_action in snake_case, such as demo_requested.'),
      eventId: id
        .describe(
          'Counts once for ever. Give one, such as order_8841, where the call may be repeated; else one is made.',
        )
        .optional(),
      userId: id.describe('Whose it is. This or anonymousId is needed.').optional(),
      anonymousId: id.optional(),
      timestamp: z.iso.datetime().describe('When it happened, in UTC. Now unless given.').optional(),
      properties: z.custom<JsonObject>().meta({ type: 'object', description: 'Any JSON.' }).optional(),
      value: z.int().describe('Money in minor units: 4990 is 49.90 €. With currency.').optional(),
      currency: z.string().describe('ISO 4217, such as EUR.').optional(),
      email: z.string().optional(),
    }),
  )
  .min(1)
  .max(LIMITS.batchEvents)

/** Sends events. For `sk_` keys only: the collector would refuse any other. */
export const CAPTURE_TOOL: Tool = {
  name: 'capture_events',
  title: 'Capture events',
  description:
    'Stores events, for good: they count in every report. The answer tells which were stored, which were known before and which are invalid.',
  input: z.strictObject({ events }),
  writes: true,
  asked(args) {
    const now = new Date().toISOString()
    const sent = events.parse(args['events']).map((event) => ({
      ...event,
      eventId: event.eventId ?? uuidv7(),
      timestamp: event.timestamp ?? now,
    }))
    return { path: '/v1/batch', body: { sentAt: now, events: sent } }
  },
}
