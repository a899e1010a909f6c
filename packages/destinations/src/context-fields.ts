import type { JsonObject } from '@threadline/schema'

/** Package and version of `@threadline/browser/1.0.0`; a name without a version is a name. */
export function libraryOf(library: string | undefined): { readonly name?: string; readonly version?: string } {
  const [, name = library, version] = /^(.+)\/([^/]+)$/.exec(library ?? '') ?? []
  return { ...(name && { name }), ...(version && { version }) }
}

/** `object`, unless it has no member that JSON would show. */
export function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.values(object).some((value) => value !== undefined) ? object : undefined
}
