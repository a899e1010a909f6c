import type { DerivedView, EventView } from '../../src/http/event-view.ts'
import type { groupView, personSummaryView, profileView, sessionView } from '../../src/http/person-view.ts'
import type { Person } from '../../src/store/store.ts'

export type { DerivedView, EventView }

export type PersonRow = ReturnType<typeof personSummaryView>
export type GroupView = ReturnType<typeof groupView>
export type SessionView = ReturnType<typeof sessionView>
export type ProfileAnswer = ReturnType<typeof profileView> & { readonly person: Person }
export type TouchView = NonNullable<ProfileAnswer['firstTouch']>

/** The days a report covers, as `2026-01-31`, both included. */
export interface DaysAnswer {
  readonly from: string
  readonly to: string
}

export interface TimelinePage {
  /** Oldest first. */
  readonly events: readonly EventView[]
  /** Those that the events are of. */
  readonly sessions: readonly SessionView[]
  /** Where older events begin; null when there are none. */
  readonly before: string | null
}

/** A failed request, with what the collector said about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function personPath(id: string): string {
  return `/v1/people/${encodeURIComponent(id)}`
}

/** One page of a person's timeline, the newest unless `before` says otherwise. */
export function fetchTimeline(id: string, before: string | null, signal: AbortSignal): Promise<TimelinePage> {
  const query = before === null ? '' : `?before=${encodeURIComponent(before)}`
  return get(`${personPath(id)}/timeline${query}`, signal)
}

/** @throws {@link ApiError} for any answer but 2xx. */
export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal })
  const body = await response.json()
  if (!response.ok) throw new ApiError(response.status, body?.error?.message ?? `HTTP ${response.status}`)
  return body
}
