import { type Destination, type DropReason, statusVerdict, ThreadlineError, type Verdict } from '@threadline/core'
import { LIMITS, utf8Bytes } from '@threadline/schema'

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

const EVENTS = ',"events":['

/** The native protocol: a Threadline collector. It dedupes by `eventId`, so a resend is always safe. */
export function threadline({ host, key, keyIn = 'header' }: ThreadlineOptions): Destination {
  if (!host || !key) throw new ThreadlineError('invalid_config', 'threadline: host and key are required')
  const inBody = keyIn === 'body'
  const head = inBody ? `{"key":${JSON.stringify(key)},"sentAt":"` : '{"sentAt":"'
  const headers: { [name: string]: string } = { 'content-type': inBody ? 'text/plain' : 'application/json' }
  if (!inBody) headers['authorization'] = `Bearer ${key}`

  return {
    name: 'threadline',
    dedupes: true,
    gzip: true,
    secret: key.startsWith('sk_'),
    limits: {
      maxEvents: LIMITS.batchEvents,
      // What is over it leaves room for the counts of losses.
      maxRequestBytes: LIMITS.batchBytes - 1_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: utf8Bytes(head) + '2026-01-31T09:30:00.000Z"'.length + EVENTS.length + ']}'.length,
    },
    encode: (event) => ({ body: JSON.stringify(event) }),
    request: (batch, { now, dropped }) => ({
      method: 'POST',
      url: `${host.replace(/\/+$/, '')}/v1/batch`,
      headers,
      body: `${head}${new Date(now).toISOString()}"${EVENTS}${batch.map(({ body }) => body).join(',')}]${dropped ? `,"dropped":${JSON.stringify(dropped)}` : ''}}`,
    }),
    verdict(response, batch, now) {
      const byStatus = statusVerdict(response, batch, now)
      return byStatus.kind === 'delivered' && response.body ? readAnswer(response.body) : byStatus
    },
  }
}

/** Per-event results of a 2xx answer. */
function readAnswer(body: string): Verdict {
  try {
    const answer: unknown = JSON.parse(body)
    if (isAnswer(answer)) {
      const { duplicates, invalid } = answer
      return {
        kind: 'delivered',
        duplicates,
        rejected: invalid.map(({ eventId, code, message }) => ({ eventId, reason: code, message })),
      }
    }
  } catch {
    // Falls through: no JSON.
  }
  // An app's catch-all page or a captive portal says 200 to everything. Taking that for "stored" would lose events.
  return { kind: 'pause', reason: 'not_found', message: 'the answer is not from a collector, check host' }
}

interface Answer {
  readonly duplicates: readonly string[]
  readonly invalid: readonly { readonly eventId: string; readonly code: DropReason; readonly message: string }[]
}

function isAnswer(value: unknown): value is Answer {
  const answer = value as Partial<Answer> | null
  return Array.isArray(answer?.duplicates) && Array.isArray(answer.invalid)
}
