import { trackEvent } from '@threadline/schema/zod'
import { z } from 'zod'
import type { EventView } from '../../http/event-view.ts'
import { fact, instant } from './parts.ts'

// What the routes of events answer. Served as a description and held against real answers by a test, as are the others here.

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
