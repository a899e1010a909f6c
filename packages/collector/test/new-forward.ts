import { FIRST_PLACE, type ForwardName, type StoredForward } from '../src/store/stored-forward.ts'

/** What the database has of a forward that nobody has taken yet. */
export function newForward(name: ForwardName): StoredForward {
  return {
    ...name,
    place: FIRST_PLACE,
    from: null,
    begunAt: 0,
    firstPosition: 0,
    goalPosition: 0,
    pausedAt: null,
    holder: null,
    beat: 0,
    trouble: null,
    deliveredAt: null,
  }
}
