import type { PostInit } from './collector-setup.ts'
import { VISITOR } from './dialect-setup.ts'

/** How every client of Segment's API but a page's beacon sends its write key. */
export function basic(writeKey: string, headers: PostInit['headers'] = {}): PostInit {
  return { key: null, headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, ...headers } }
}

/** A call's members, without its type. */
export const call = { event: 'a', anonymousId: VISITOR, messageId: 'm-1', timestamp: '2026-01-31T09:29:00.000Z' }

export const track = (parts: object = {}) => ({ type: 'track', ...call, ...parts })

/** What Segment says when all is taken. */
export const success = [200, { success: true }]
