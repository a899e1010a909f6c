/** A JSON object as it came. */
export interface JsonMembers {
  readonly [name: string]: unknown
}

export function isObject(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Members of an object, taken one by one. What nobody takes is not lost: it is the rest. Plain data, since messages come by thousands. */
export interface Members {
  readonly source: JsonMembers
  readonly taken: string[]
  readonly inner: { readonly name: string; readonly members: Members }[]
}

/** The members of what is not there: there is nothing to take, so that all can share it. */
export const NOTHING: Members = { source: {}, taken: [], inner: [] }

/** The members of `value`; none when it is no object. */
export function membersOf(value: unknown): Members {
  return isObject(value) ? { source: value, taken: [], inner: [] } : NOTHING
}

/** Takes a member that is what its place wants; any other stays. Names are ours: none is one that every object has. */
export function take<T>(from: Members, name: string, is: (value: unknown) => value is T): T | undefined {
  const member = from.source[name]
  if (!is(member) || from.taken.includes(name)) return undefined
  from.taken.push(name)
  return member
}

/** Removes members that say nothing of their own. */
export function drop(from: Members, names: readonly string[]): void {
  if (from !== NOTHING) from.taken.push(...names)
}

/** The members of an object within this one. What is left of them stays under its name. */
export function within(from: Members, name: string): Members {
  const known = from.inner.find((each) => each.name === name)
  if (known) return known.members
  const members = membersOf(take(from, name, isObject))
  if (members !== NOTHING) from.inner.push({ name, members })
  return members
}

/** What is left. */
export function allOf({ source, taken }: Members): JsonMembers {
  return taken.length === 0
    ? source
    : Object.fromEntries(Object.entries(source).filter(([name]) => !taken.includes(name)))
}

/** What is left, without members that are null or blank; undefined when that is nothing. */
export function restOf(from: Members): JsonMembers | undefined {
  const { source, taken, inner } = from
  let rest: Map<string, unknown> | undefined
  for (const name of Object.keys(source)) {
    const member = source[name]
    if (member === null || member === '' || taken.includes(name)) continue
    rest ??= new Map()
    rest.set(name, member)
  }
  for (const { name, members } of inner) {
    const left = restOf(members)
    if (left === undefined) continue
    rest ??= new Map()
    rest.set(name, left)
  }
  return rest && Object.fromEntries(rest)
}
