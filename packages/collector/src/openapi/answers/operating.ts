import { z } from 'zod'
import { count, instant } from './parts.ts'

// What the routes for whoever runs the collector answer.

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

export const health = z.object({ status: z.string() })
