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
  // By shape: in Jest, errors of Node are of another realm than ours.
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown }
  if (typeof code === 'string' && NEVER_SENT.test(code)) return true
  // Node tries every address of a host and wraps what each of them said.
  if (Array.isArray(errors)) return errors.length > 0 && errors.every((each) => neverSent(each, depth + 1))
  return neverSent(cause, depth + 1)
}
