/** Longest that what was let in may have to wait, in ms: pages give up after 10 s, and send again. */
const MAX_WAIT_MS = 8_000

/** What a request costs besides its bytes, in bytes: as much CPU as five events. */
const REQUEST_COST_BYTES = 2_500

/** Requests behind fewer bytes than this tell nothing about the pace: nobody was kept busy. */
const MEASURED_FROM_BYTES = 500_000

/** Always let in, however slow the pace: one batch of the largest size. */
const LEAST_BYTES = 1_000_000

/** Never let in, however fast: it is held in memory, several times over. */
const MOST_BYTES = 64_000_000

/** Bytes a second, until it is known. */
const FIRST_PACE = 2_000_000

/** Bytes after which what was measured before has lost two thirds of its weight. */
const MEMORY_BYTES = 5_000_000

/** A body that takes longer to arrive holds no place meanwhile: it could do so on purpose. */
const READING_MS = 1_000

const MAX_RETRY_AFTER_S = 60

export interface Admission {
  /**
   * Holds a place for a request with a body of so many bytes, or for none.
   *
   * @returns 0, or the seconds until there will be room: then the request is not let in.
   */
  enter(request: object, bytes: number): number
  /** The request has arrived whole and is a project's, which may hold half of what the others leave. Answers as `enter` does. */
  claim(request: object, arrived: Arrived): number
  /** Bytes of requests that were let in and are not answered. */
  heldBytes(): number
  /** The request is answered. What was stored tells the pace. */
  leave(request: object, stored: boolean): void
}

/** What a request turned out to be. */
export interface Arrived {
  readonly project: string
  /** What its body came to: more than it said when it is compressed, or said nothing. Undefined when it has none. */
  readonly bytes: number | undefined
}

interface Place {
  bytes: number
  readonly enteredAt: number
  claimedAt: number
  /** What was held when it was claimed, itself included: all of that is stored when it is answered. */
  aheadBytes: number
  /** Undefined while the body is on its way. */
  project: string | undefined
  /** Whether it is counted in what is held. */
  held: boolean
}

/**
 * Lets in what can be stored within seconds and refuses the rest at once, before it is read, so that being refused takes the
 * same short time however much is under way.
 *
 * @param now - A clock in ms that never goes back.
 */
export function createAdmission(now: () => number = () => performance.now()): Admission {
  /** In the order of their coming. */
  const places = new Map<object, Place>()
  const arriving = new Set<Place>()
  const heldOf = new Map<string, number>()
  let heldBytes = 0
  let pace = FIRST_PACE

  const limit = () => Math.min(MOST_BYTES, Math.max(LEAST_BYTES, (pace * MAX_WAIT_MS) / 1_000))

  function hold(place: Place, sign: 1 | -1): void {
    const bytes = sign * place.bytes
    heldBytes += bytes
    place.held = sign === 1
    const { project } = place
    if (project === undefined) return
    const held = (heldOf.get(project) ?? 0) + bytes
    if (held === 0) heldOf.delete(project)
    else heldOf.set(project, held)
  }

  function release(place: Place): void {
    arriving.delete(place)
    if (place.held) hold(place, -1)
  }

  /** Bodies that are late hold no place any more. */
  function forgetLate(time: number): void {
    for (const place of arriving) {
      if (time - place.enteredAt < READING_MS) return
      release(place)
    }
  }

  function retryAfterS(): number {
    return Math.min(MAX_RETRY_AFTER_S, Math.max(1, Math.ceil(heldBytes / pace)))
  }

  function measure({ bytes, aheadBytes, claimedAt }: Place): void {
    if (aheadBytes < MEASURED_FROM_BYTES) return
    const sample = (aheadBytes * 1_000) / Math.max(1, now() - claimedAt)
    pace += (sample - pace) * (1 - Math.exp(-bytes / MEMORY_BYTES))
  }

  return {
    enter(request, bytes) {
      const time = now()
      forgetLate(time)
      const cost = bytes + REQUEST_COST_BYTES
      if (heldBytes > 0 && heldBytes + cost > limit()) return retryAfterS()
      const place = { bytes: cost, enteredAt: time, claimedAt: time, aheadBytes: 0, project: undefined, held: false }
      hold(place, 1)
      places.set(request, place)
      arriving.add(place)
      return 0
    },
    claim(request, { project, bytes }) {
      const place = places.get(request)
      if (!place || place.project !== undefined) return 0
      release(place)
      if (bytes !== undefined) place.bytes = bytes + REQUEST_COST_BYTES
      const own = heldOf.get(project) ?? 0
      // Whoever holds nothing is let in as long as there is room at all; whoever holds much leaves as much to others.
      const room = limit() - heldBytes - own
      if (heldBytes > 0 && place.bytes > room) return retryAfterS()
      place.project = project
      hold(place, 1)
      place.claimedAt = now()
      place.aheadBytes = heldBytes
      return 0
    },
    heldBytes: () => heldBytes,
    leave(request, stored) {
      const place = places.get(request)
      if (!place) return
      places.delete(request)
      if (stored) measure(place)
      release(place)
    },
  }
}
