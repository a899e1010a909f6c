import { z } from 'zod'
import { STAGES } from '../../stage.ts'
import type { Person } from '../../store/store.ts'

// What several answers have in common.

export const instant = z.iso.datetime()
export const day = z.iso.date().describe('A day in UTC.')
export const count = z.int().min(0)
export const stage = z.enum(STAGES).describe('The furthest a person has come.')

export const person = z.object({
  userId: z.string().nullable().describe('null for a visitor whom no user owns.'),
  anonymousIds: z.array(z.string()).describe('First link first.'),
}) satisfies z.ZodType<Person>

/** The days that an answer covers, which a request need not name. */
export const days = { from: day, to: day }

export const fact = (description: string) => z.string().describe(description).exactOptional()
