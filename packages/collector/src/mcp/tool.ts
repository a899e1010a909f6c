import type { z } from 'zod'
import type { Asked } from './ask.ts'

/** The arguments of a call, as they came: they fit the tool's schema, and go to the collector as they are. */
export type Arguments = { readonly [name: string]: unknown }

/** What a model may call. */
export interface Tool {
  readonly name: string
  /** For people. */
  readonly title: string
  /** For the model: what it tells, and when to use which. */
  readonly description: string
  /** What it takes; anything else is refused. */
  readonly input: z.ZodObject
  /** Whether it changes anything. @defaultValue false */
  readonly writes?: boolean
  /** What the collector is asked. */
  asked(args: Arguments): Asked
}

/** The query of a read: lists become several parameters of one name. */
export function queryOf(args: Arguments): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(args)) {
    if (Array.isArray(value)) for (const each of value) query.append(name, String(each))
    else if (value !== undefined && value !== null) query.append(name, String(value))
  }
  return query
}
