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

const FULL_NAMES = ['name', 'fullName', 'full_name'] as const
const NAME_PARTS = [
  ['firstName', 'lastName'],
  ['first_name', 'last_name'],
] as const

/** What somebody is called by their traits; undefined where these say nothing of it. */
export function nameIn(traits: JsonObject): string | undefined {
  const textAt = (trait: string) => {
    const value = Object.hasOwn(traits, trait) ? traits[trait] : undefined
    return typeof value === 'string' ? value.trim() : ''
  }
  const names = [...FULL_NAMES.map(textAt), ...NAME_PARTS.map((parts) => parts.map(textAt).join(' ').trim())]
  return names.find((name) => name !== '')
}
