import { type DeliveryRequest, type Destination, statusVerdict, ThreadlineError, type Verdict } from '@threadline/core'
import { BATCH_LIMITS, type BatchResponse } from '@threadline/schema'

export interface ThreadlineOptions {
  /** Origin of the collector, or a path that the app forwards to it: `https://events.example.com`, `/t`. */
  readonly host: string
  /** `pk_…` in the browser, `sk_…` on a server. */
  readonly key: string
  /**
   * Where the key travels. `header` is `Authorization: Bearer`; `body` sends `text/plain` with the key in the body, which
   * needs no CORS preflight and works for beacons.
   *
   * @defaultValue `'header'`
   */
  readonly keyIn?: 'header' | 'body'
}

/** Bytes of `{"sentAt":"2026-01-31T09:30:00.000Z","events":[]}`. */
const ENVELOPE_BYTES = 49

/** The native protocol: a Threadline collector. It dedupes by `eventId`, so a resend is always safe. */
export function threadline({ host, key, keyIn }: ThreadlineOptions): Destination {
  if (!host || !key) throw new ThreadlineError('invalid_config', 'threadline: host and key are required')
  const inBody = keyIn === 'body'
  const keyMember = inBody ? `"key":${JSON.stringify(key)},` : ''
  const headers: DeliveryRequest['headers'] = inBody
    ? { 'content-type': 'text/plain' }
    : { 'content-type': 'application/json', authorization: `Bearer ${key}` }

  return {
    name: 'threadline',
    dedupes: true,
    gzip: true,
    secret: key.startsWith('sk_'),
    limits: {
      ...BATCH_LIMITS,
      // Keys are ASCII: a character is a byte.
      envelopeBytes: keyMember.length + ENVELOPE_BYTES,
    },
    encode: (event) => ({ body: JSON.stringify(event) }),
    request: (batch, { now, dropped }) => ({
      method: 'POST',
      url: `${host.replace(/\/+$/, '')}/v1/batch`,
      headers,
      body: `{${keyMember}"sentAt":"${new Date(now).toISOString()}","events":[${batch.map(({ body }) => body)}]${dropped ? `,"dropped":${JSON.stringify(dropped)}` : ''}}`,
    }),
    verdict(response, batch, now) {
      const verdict = statusVerdict(response, batch, now)
      return verdict.kind === 'delivered' && response.body ? readAnswer(response.body) : verdict
    },
  }
}

/** Per-event results of a 2xx answer. */
function readAnswer(body: string): Verdict {
  try {
    const { duplicates, invalid }: BatchResponse = JSON.parse(body)
    return {
      kind: 'delivered',
      duplicates: [...duplicates],
      rejected: invalid.map(({ code: reason, ...refusal }) => ({ ...refusal, reason })),
    }
  } catch {
    // An app's catch-all page or a captive portal says 200 to everything. Taking that for "stored" would lose events.
    return { kind: 'pause', reason: 'not_found', message: 'the answer is not from a collector, check host' }
  }
}
