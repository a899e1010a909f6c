import type { Context } from 'hono'
import { z } from 'zod'
import type { Days } from '../store/store.ts'
import { utcDay } from '../store/utc-day.ts'
import { RequestError } from './request-error.ts'

const DAY_MS = 86_400_000

/** What is shown when a request names no days. */
export const DEFAULT_DAYS = 30

export const isoDay = z.iso
  .date({ error: 'must be a day, such as 2026-01-31' })
  .transform((text) => Number(text.replaceAll('-', '')))

/** `from` and `to` of a query, both optional: days in UTC, both included. */
export const daysQuery = z.object({
  from: isoDay.describe('First day, in UTC. 29 days ago unless given.').optional(),
  to: isoDay.describe('Last day, in UTC. Today unless given.').optional(),
})

/** The days a query asks for; the last 30 unless it says otherwise. */
export function readDays({ from, to }: z.infer<typeof daysQuery>, now: number): Days {
  return { from: from ?? utcDay(now - (DEFAULT_DAYS - 1) * DAY_MS), to: to ?? utcDay(now) }
}

/** 20260131 as 2026-01-31. */
export function isoDate(day: number): string {
  const digits = String(day).padStart(8, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}

/**
 * @param lists - What a query may have several times. Of everything else the first counts.
 * @throws RequestError `invalid_request`, naming what is wrong.
 */
export function readQuery<T>(c: Context, schema: z.ZodType<T>, lists: readonly string[] = []): T {
  const several = Object.fromEntries(lists.map((name) => [name, c.req.queries(name)]))
  const result = schema.safeParse({ ...c.req.query(), ...several })
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new RequestError('invalid_request', `${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'invalid'}`)
}
