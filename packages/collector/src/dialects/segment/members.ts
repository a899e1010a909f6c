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

/** Members of an object, taken one by one. What nobody takes is not lost: it is the rest. */
export interface Members {
  /** Takes a member that is what its place wants; any other stays. */
  take<T>(name: string, is: (value: unknown) => value is T): T | undefined
  /** Looks at a member, and leaves it. */
  peek(name: string): unknown
  /** Removes members that say nothing of their own. */
  drop(...names: readonly string[]): void
  /** The members of an object within this one. What is left of them stays under its name. */
  within(name: string): Members
  /** What is left. */
  all(): JsonMembers
  /** What is left, without members that are null or blank; undefined when that is nothing. */
  rest(): JsonMembers | undefined
}

/** The members of `value`; none when it is no object. */
export function membersOf(value: unknown): Members {
  const left = new Map(isObject(value) ? Object.entries(value) : [])
  const inner = new Map<string, Members>()

  function take<T>(name: string, is: (value: unknown) => value is T): T | undefined {
    const member = left.get(name)
    if (!is(member)) return undefined
    left.delete(name)
    return member
  }

  return {
    take,
    peek: (name) => left.get(name),
    drop(...names) {
      for (const name of names) left.delete(name)
    },
    within(name) {
      const members = inner.get(name) ?? membersOf(take(name, isObject))
      inner.set(name, members)
      return members
    },
    all: () => Object.fromEntries(left),
    rest() {
      for (const [name, members] of inner) {
        const rest = members.rest()
        if (rest !== undefined) left.set(name, rest)
      }
      for (const [name, member] of left) if (member === null || member === '') left.delete(name)
      return left.size === 0 ? undefined : Object.fromEntries(left)
    },
  }
}
