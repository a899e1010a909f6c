import type { AlertStore, StoredAlert } from '../store/stored-alerts.ts'

/** The alerts that collectors on one database share, and what this one knows of them while the database is away. */
export interface AlertBook {
  /** As far as is known. */
  all(): readonly StoredAlert[]
  find(subject: string): StoredAlert | undefined
  /**
   * Reads the alerts of the store, and writes what changed while it was away.
   *
   * @throws {@link StoreError} while it is away; then {@link AlertBook.leave} it.
   */
  refresh(): Promise<void>
  /** The store is away: until it can be read again, changes are kept here. */
  leave(): void
  /** Changes an alert. False when another collector has changed it meanwhile. */
  change(next: StoredAlert): Promise<boolean>
}

/** Changes go to the store; while that is away, they are kept here and written later. */
export function createAlertBook(store: Pick<AlertStore, 'alerts' | 'putAlert'>): AlertBook {
  let known = new Map<string, StoredAlert>()
  /** Subjects that were changed without the store. */
  const unwritten = new Set<string>()
  let isAway = false

  async function writeBack(): Promise<void> {
    if (unwritten.size === 0) return
    const stored = await read()
    for (const subject of unwritten) {
      const [own, theirs] = [known.get(subject), stored.get(subject)]
      if (own) await store.putAlert({ ...own, version: (theirs?.version ?? 0) + 1 }, theirs)
      unwritten.delete(subject)
    }
  }

  async function read(): Promise<Map<string, StoredAlert>> {
    return new Map((await store.alerts()).map((alert) => [alert.subject, alert]))
  }

  return {
    all: () => [...known.values()],
    find: (subject) => known.get(subject),
    async refresh() {
      await writeBack()
      known = await read()
      isAway = false
    },
    leave() {
      isAway = true
    },
    async change(next) {
      if (isAway) unwritten.add(next.subject)
      else if (!(await store.putAlert(next, known.get(next.subject)))) return false
      known.set(next.subject, next)
      return true
    },
  }
}
