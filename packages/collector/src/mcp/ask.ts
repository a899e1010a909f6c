/** What a tool asks the collector, over its HTTP API. */
export interface Asked {
  readonly path: string
  readonly query?: URLSearchParams
  /** Sent as JSON, by POST. Absent: GET. */
  readonly body?: unknown
}

/**
 * Asks the collector with the key of whoever uses the tools, so that they may do what the key may do and no more.
 *
 * Rejects when there is no answer.
 */
export type Ask = (asked: Asked) => Promise<Response>

/** Makes the request that asks a collector at `host`, an origin without a slash at its end. */
export function requestTo(host: string, key: string, { path, query, body }: Asked): Request {
  const search = query && query.size > 0 ? `?${query}` : ''
  const authorization = `Bearer ${key}`
  if (body === undefined)
    return new Request(`${host}${path}${search}`, { headers: { authorization }, redirect: 'manual' })
  const text = JSON.stringify(body)
  return new Request(`${host}${path}${search}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) },
    body: text,
    redirect: 'manual',
  })
}
