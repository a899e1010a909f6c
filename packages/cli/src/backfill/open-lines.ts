/** The lines of events that have no answer yet, by event id. A file may name an id twice. */
export interface OpenLines {
  add(eventId: string, line: number): void
  /** The line of an event that has its answer now; undefined when nothing waits under this id. */
  take(eventId: string): number | undefined
}

export function createOpenLines(): OpenLines {
  const lines = new Map<string, number[]>()
  return {
    add(eventId, line) {
      const sameId = lines.get(eventId)
      if (sameId) sameId.push(line)
      else lines.set(eventId, [line])
    },
    take(eventId) {
      const sameId = lines.get(eventId)
      const line = sameId?.shift()
      if (sameId?.length === 0) lines.delete(eventId)
      return line
    },
  }
}
