/** Items of several owners; who comes next alternates between the owners, so that nobody waits for all that another one brought. */
export interface FairQueue<Item> {
  readonly size: number
  /** How many of them are `owner`'s. */
  sizeOf(owner: string): number
  push(owner: string, item: Item): void
  /** Takes the next item; undefined when there is none. */
  shift(): Item | undefined
  /** The item that {@link FairQueue.shift} would take. */
  peek(): Item | undefined
  /** Takes out one that shall not be waited for any more. */
  remove(owner: string, item: Item): void
}

/** Keeps the order within an owner, and takes the owners in turn. */
export function createFairQueue<Item>(): FairQueue<Item> {
  /** In the order of their turns: whoever was served goes to the end. */
  const owners = new Map<string, Item[]>()
  let size = 0

  return {
    get size() {
      return size
    },
    sizeOf: (owner) => owners.get(owner)?.length ?? 0,
    push(owner, item) {
      const items = owners.get(owner)
      if (items) items.push(item)
      else owners.set(owner, [item])
      size += 1
    },
    peek() {
      const [items] = owners.values()
      return items?.[0]
    },
    shift() {
      const [first] = owners
      if (!first) return undefined
      const [owner, items] = first
      const item = items.shift()
      owners.delete(owner)
      if (items.length > 0) owners.set(owner, items)
      size -= 1
      return item
    },
    remove(owner, item) {
      const items = owners.get(owner)
      const at = items?.indexOf(item) ?? -1
      if (!items || at === -1) return
      items.splice(at, 1)
      size -= 1
      if (items.length === 0) owners.delete(owner)
    },
  }
}
