import { RequestError } from './request-error.ts'

/** Streams at once in this process; each holds a connection and asks the store twice a second. */
const MAX_STREAMS = 200

/** Of one project, and of one key or all page sessions of a project: nobody takes the places of all others. */
const MAX_OF_PROJECT = 40
const MAX_OF_HOLDER = 20

const RETRY_AFTER_S = 10

/** Who has a stream open: the access of a key or of a page session, the same object each time. */
export interface StreamHolder {
  readonly project: string
}

export interface StreamPlaces {
  /** Streams that are open now. */
  readonly open: number
  /**
   * Takes a place; what it returns gives it back.
   *
   * @throws RequestError `rate_limited` when the holder or its project has as many as it may, `unavailable` when all are taken.
   */
  take(holder: StreamHolder): () => void
}

export function createStreamPlaces(): StreamPlaces {
  const ofProject = createCounts<string>()
  const ofHolder = createCounts<StreamHolder>()
  let all = 0

  return {
    get open() {
      return all
    },
    take(holder) {
      const { project } = holder
      if (ofHolder.of(holder) >= MAX_OF_HOLDER) throw tooMany(`this key has ${MAX_OF_HOLDER} live streams open already`)
      if (ofProject.of(project) >= MAX_OF_PROJECT) {
        throw tooMany(`this project has ${MAX_OF_PROJECT} live streams open already`)
      }
      if (all >= MAX_STREAMS) {
        throw new RequestError('unavailable', `${MAX_STREAMS} live streams are open already`, {
          retryAfterS: RETRY_AFTER_S,
        })
      }
      const add = (count: 1 | -1) => {
        all += count
        ofProject.add(project, count)
        ofHolder.add(holder, count)
      }
      add(1)
      return () => add(-1)
    },
  }
}

function tooMany(message: string): RequestError {
  return new RequestError('rate_limited', `${message}: close one`, { retryAfterS: RETRY_AFTER_S })
}

function createCounts<Key>() {
  const counts = new Map<Key, number>()
  return {
    of: (key: Key) => counts.get(key) ?? 0,
    add(key: Key, count: number) {
      const left = (counts.get(key) ?? 0) + count
      if (left === 0) counts.delete(key)
      else counts.set(key, left)
    },
  }
}
