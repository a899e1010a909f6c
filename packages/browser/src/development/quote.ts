import { attempt } from '../platform/attempt.ts'

/** Longest value that a sentence repeats, in characters. */
const MAX_LENGTH = 60

/** A value as it would stand in code, cut when it is long: `"pk_demo"`, `49.9`, `null`, `{"a":1}`. */
export function quote(value: unknown): string {
  const text = attempt(() => JSON.stringify(value)) ?? String(value)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
