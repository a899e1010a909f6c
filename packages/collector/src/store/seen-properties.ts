import { MAX_PROPERTIES, type PropertyType, type SeenProperty } from './catalogue.ts'

/** Longer names are cut: a browser may send any. */
const MAX_NAME_LENGTH = 200

/** The properties that events have, by the text of these events. */
export function seenProperties(bodies: readonly string[]): {
  readonly properties: readonly SeenProperty[]
  readonly moreProperties: number
} {
  const found = new Map<string, { seen: number; readonly types: Set<PropertyType> }>()
  for (const body of bodies) {
    const { properties }: { properties?: unknown } = JSON.parse(body)
    if (typeof properties !== 'object' || properties === null) continue
    for (const [name, value] of Object.entries(properties)) {
      const key = name.slice(0, MAX_NAME_LENGTH)
      const property = found.get(key) ?? { seen: 0, types: new Set() }
      property.seen += 1
      found.set(key, property)
      property.types.add(typeOf(value))
    }
  }
  const all = Array.from(found, ([name, { seen, types }]) => ({ name, types: [...types].sort(), seen }))
  all.sort((a, b) => b.seen - a.seen || (a.name < b.name ? -1 : 1))
  return {
    properties: all.slice(0, MAX_PROPERTIES),
    moreProperties: Math.max(0, all.length - MAX_PROPERTIES),
  }
}

function typeOf(value: unknown): PropertyType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}
