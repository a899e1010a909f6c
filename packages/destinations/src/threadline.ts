import { type DeliveryRequest, type Destination, statusVerdict, ThreadlineError, type Verdict } from '@threadline/core'
import { BATCH_LIMITS, type BatchResponse } from '@threadline/schema'
import { baseAddress, keyWithPrefix } from './options.ts'

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
  readonly keyIn?: 'header' | 'body' | undefined
}

/** Bytes of `{"sentAt":"2026-01-31T09:30:00.000Z","events":[]}`. */
const ENVELOPE_BYTES = 49

/** What is the same wherever the key travels. `keyMember` opens the body: empty, or `"key":"pk_1",`. */
function native({ host, key }: ThreadlineOptions, headers: DeliveryRequest['headers'], keyMember: string): Destination {
  if (!host || !key) throw new ThreadlineError('invalid_config', 'threadline: host and key are required')
  return {
    name: 'threadline',
    dedupes: true,
    secret: key.startsWith('sk_'),
    limits: {
      ...BATCH_LIMITS,
      // Keys are ASCII: a character is a byte.
      envelopeBytes: keyMember.length + ENVELOPE_BYTES,
    },
    encode: (event) => ({ body: JSON.stringify(event) }),
    request: (batch, { now }) => ({
      method: 'POST',
      url: `${host.replace(/\/+$/, '')}/v1/batch`,
      headers,
      body: `{${keyMember}"sentAt":"${new Date(now).toISOString()}","events":[${batch.map(({ body }) => body)}]}`,
    }),
    verdict(response, batch, now) {
      const verdict = statusVerdict(response, batch, now)
      return verdict.kind === 'delivered' ? readAnswer(response.body) : verdict
    },
  }
}

/**
 * {@link threadline} with the key in the body, as a page needs it: no CORS preflight, and beacons carry it. It leaves out
 * what a server does besides: gzip, the counts of what was given up, and the reasons of answers in messages.
 */
export function threadlineInBody({ host, key: given }: Omit<ThreadlineOptions, 'keyIn'>): Destination {
  const key = given?.trim()
  return native({ host, key }, { 'content-type': 'text/plain' }, `"key":${JSON.stringify(key)},`)
}

/** The route of the native protocol, in an address that somebody copied whole. */
const ROUTE = /\/v1(\/batch)?$/

/**
 * The native protocol: a Threadline collector. It dedupes by `eventId`, so a resend is always safe.
 *
 * White space around the key is taken off.
 *
 * @throws ThreadlineError `invalid_config` when the key does not start with `sk_` or `pk_`, or the address is malformed.
 */
export function threadline({ keyIn, ...given }: ThreadlineOptions): Destination {
  const options = checked(given)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${options.key}` }
  const destination = keyIn === 'body' ? threadlineInBody(options) : native(options, headers, '')
  return {
    ...destination,
    gzip: true,
    request(batch, context) {
      const request = destination.request(batch, context)
      const { dropped } = context
      if (!dropped) return request
      return { ...request, body: `${request.body.slice(0, -1)},"dropped":${JSON.stringify(dropped)}}` }
    },
    verdict(response, batch, now) {
      const verdict = destination.verdict(response, batch, now)
      if (verdict.kind === 'delivered') return verdict
      return { ...verdict, message: `${verdict.message}${readReason(response.body)}` }
    },
  }
}

function checked(given: Omit<ThreadlineOptions, 'keyIn'>): Omit<ThreadlineOptions, 'keyIn'> {
  const destination = 'threadline'
  const host = baseAddress({ destination, option: 'host', value: given.host })
  if (ROUTE.test(host)) {
    const message = `${destination}: host is the address before /v1/batch: write ${JSON.stringify(host.replace(ROUTE, ''))}`
    throw new ThreadlineError('invalid_config', message)
  }
  return { host, key: keyWithPrefix({ destination, option: 'key', value: given.key }, ['sk_', 'pk_']) }
}

/** Longest reason that is taken from an answer, in characters. */
const MAX_REASON_LENGTH = 200

/** What the body of a collector's error answer says, `: the key is unknown or revoked`; nothing when it is no collector's. */
export function readReason(body: string): string {
  try {
    const { message } = JSON.parse(body).error
    return typeof message === 'string' ? `: ${message.slice(0, MAX_REASON_LENGTH)}` : ''
  } catch {
    return ''
  }
}

/** Per-event results of a 2xx answer. */
function readAnswer(body: string): Verdict {
  try {
    const { duplicates, duplicateEvents, invalid }: BatchResponse = JSON.parse(body)
    return {
      kind: 'delivered',
      duplicates: [...duplicates],
      duplicateEvents,
      rejected: invalid.map(({ code: reason, ...refusal }) => ({ ...refusal, reason })),
    }
  } catch {
    // An app's catch-all page or a captive portal says 200 to everything. Taking that for "stored" would lose events.
    return { kind: 'pause', reason: 'not_found', message: 'not the answer of a collector: check host' }
  }
}
