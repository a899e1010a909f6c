import { z } from 'zod'
import { count, days, instant } from './parts.ts'

// What the routes of forwarding answer.

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

export const changedForward = z.object({ name: z.string() })
