import { type Destination, statusVerdict } from '@threadline/core'

/** Sends events to an HTTP input that takes a JSON array, such as Logstash's. It does not know a duplicate. */
export function logstash(url: string): Destination {
  return {
    name: 'logstash',
    dedupes: false,
    limits: { maxEvents: 200, maxRequestBytes: 500_000, maxEventBytes: 100_000, envelopeBytes: 2 },
    encode: ({ event, timestamp, ...rest }) => ({
      body: JSON.stringify({ '@timestamp': timestamp, message: event, ...rest }),
    }),
    request: (batch) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: `[${batch.map(({ body }) => body).join(',')}]`,
    }),
    verdict: statusVerdict,
  }
}
