import { z } from 'zod'
import { instant } from './parts.ts'

// What the routes of settings and keys answer.

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
