import { isText } from '../json-members.ts'
import { drop, take } from '../members.ts'
import { utcText } from '../translate.ts'
import { isFlag, isNumber } from './kinds.ts'
import type { Told } from './told.ts'

/** What the request tells of each of its events. */
export interface PosthogArrival {
  /** The collector's clock, in ms since the epoch. */
  readonly receivedAt: number
  /** The sender's clock as it sent, in ms since the epoch, where it said so. */
  readonly sentAt?: number | undefined
  /** True when times are a history's, told by no clock that could be wrong. */
  readonly isHistory?: boolean
  /**
   * Who the sender is where its page keeps no id, as in `cookieless_mode`; absent where nobody can tell. Such pages all send
   * one and the same id.
   */
  readonly visitorOfDay?: () => string
  /** True when the sender may say which address a visitor has: of anybody else it is a claim, and a property. */
  readonly isTrusted: boolean
}

interface Moment {
  readonly [field: string]: unknown
  readonly timestamp: string
  readonly stamped?: true
}

const TIMESTAMP = ['timestamp']

/**
 * When it happened. A time off the sender's clock is `stamped`, to be corrected by what that clock is off; an `offset` is how
 * long ago it was, and needs no clock. Of a resend the offset is as old as the first try: the time in its id is not.
 */
export function momentOf(
  { beside, bag, uuid }: Told & { readonly uuid: unknown },
  { receivedAt, sentAt, isHistory = false }: PosthogArrival,
): Moment {
  const isGiven = take(bag, '$event_time_override_provided', isFlag) === true
  const isExact = take(bag, '$ignore_sent_at', isFlag) === true || isHistory
  const stamped = sentAt === undefined || isGiven || isExact ? {} : { stamped: true as const }
  const timestamp = utcText(beside.source['timestamp'])
  if (timestamp !== undefined) {
    drop(beside, TIMESTAMP)
    return { timestamp, ...stamped }
  }
  const offset = take(beside, 'offset', isNumber)
  if (offset === undefined || offset < 0 || offset > receivedAt) {
    return { timestamp: new Date(receivedAt).toISOString() }
  }
  const minted = mintedAt(uuid)
  if (stamped.stamped && sentAt !== undefined && minted !== undefined && minted < sentAt - offset) {
    return { timestamp: new Date(minted).toISOString(), stamped: true }
  }
  return { timestamp: new Date(receivedAt - offset).toISOString() }
}

/** The time in a UUID of version 7, in ms since the epoch. */
function mintedAt(uuid: unknown): number | undefined {
  const [, high = '', low = ''] = (isText(uuid) && /^([\da-f]{8})-([\da-f]{4})-7/i.exec(uuid)) || []
  return high === '' ? undefined : Number.parseInt(high + low, 16)
}
