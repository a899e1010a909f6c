import type { DeliveryRequest, DeliveryResponse } from '@threadline/core'

/** One request as a transport gets it. */
export interface TransportRequest extends DeliveryRequest {
  /** Aborted when the exchange took longer than `requestTimeoutMs`, and when `shutdown` gives up. */
  readonly signal: AbortSignal
  /** The destination takes gzip and the body is large enough to gain from it; a transport may ignore it. */
  readonly gzip: boolean
}

/**
 * Carries one request to the server and brings the answer back, body included.
 *
 * Rejects when no answer came. Never follows redirects, and resolves with any status, 500 as well as 200: what a status
 * means is the destination's business. It needs no timeout and no retries of its own.
 *
 * @example
 * ```ts
 * const transport: Transport = async ({ url, method, headers, body, signal }) => {
 *   const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' })
 *   return { status: response.status, header: (name) => response.headers.get(name), body: await response.text() }
 * }
 * ```
 */
export type Transport = (request: TransportRequest) => Promise<DeliveryResponse>

/** A body smaller than this travels as it is: gzip would cost more than it saves. */
export const GZIP_FROM_BYTES = 1_024

/** The most of an answer's body that is read. Answers are small; a longer one is cut, not an error. */
export const MAX_RESPONSE_BYTES = 1_048_576
