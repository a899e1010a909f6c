import type { EventView } from '../../src/http/event-view.ts'

export type { EventView }

export interface TimelinePage {
  readonly person: { readonly userId: string | null; readonly anonymousIds: readonly string[] }
  /** Oldest first. */
  readonly events: readonly EventView[]
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

/** One page of a person's timeline, the newest unless `before` says otherwise. */
export function fetchTimeline(id: string, before: string | null, signal: AbortSignal): Promise<TimelinePage> {
  const query = before === null ? '' : `?before=${encodeURIComponent(before)}`
  return get(`/v1/people/${encodeURIComponent(id)}/timeline${query}`, signal)
}

/** @throws {@link ApiError} for any answer but 2xx. */
export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal })
  const body = await response.json()
  if (!response.ok) throw new ApiError(response.status, body?.error?.message ?? `HTTP ${response.status}`)
  return body
}
