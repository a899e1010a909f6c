import type { JsonObject } from '@threadline/schema'

/** One set of traits out of several, latest first: of each trait its latest value. What is no object counts for nothing. */
export function mergeTraits(latestFirst: readonly unknown[]): JsonObject {
  return Object.fromEntries(
    [...latestFirst].reverse().flatMap((traits) => (isObject(traits) ? Object.entries(traits) : [])),
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
