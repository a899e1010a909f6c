import type { SendFailure } from '@threadline/core'

/** Codes of failures before the first byte of a request was written: name lookup, connection, TLS handshake. */
const NEVER_SENT =
  /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|FailedToOpenSocket|CERT_|ERR_TLS_|ERR_SSL_|ERR_INVALID_URL|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/**
 * Turns whatever a transport rejected with into the queue's terms.
 *
 * A failure counts as sent unless its code proves that the request never left: a lost answer looks the same as a lost
 * request, and a resend to a service that does not dedupe would count twice.
 */
export function failureOf(error: unknown): SendFailure {
  return { status: 0, error, sent: !neverSent(error, 0) }
}

function neverSent(error: unknown, depth: number): boolean {
  if (!(error instanceof Error) || depth > 5) return false
  if ('code' in error && typeof error.code === 'string' && NEVER_SENT.test(error.code)) return true
  // Node tries every address of a host and wraps what each of them said.
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every((each) => neverSent(each, depth + 1))
  return neverSent(error.cause, depth + 1)
}
