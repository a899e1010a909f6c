import { type Destination, ThreadlineError } from '@threadline/core'
import { shown } from '../capture/printable.ts'

/** What every request has besides what its destination says. */
export interface RequestOptions {
  /**
   * Headers of every request, for a gateway before the collector, say. Where a destination sets the same one, its own
   * counts. Not with several destinations, each of which would get what is meant for one.
   */
  readonly headers?: { readonly [name: string]: string } | undefined
  /**
   * Whether bodies are compressed, from 1 KB and where the destination takes it.
   *
   * @defaultValue `true`
   */
  readonly gzip?: boolean | undefined
}

const NAME = /^[!#$%&'*+.^_`|~\da-z-]+$/

/**
 * Gives the requests of destinations what the options say.
 *
 * @throws ThreadlineError `invalid_config` for a header that cannot be sent, and for headers with several destinations.
 */
export function withRequestOptions(
  destinations: readonly Destination[],
  { headers, gzip = true }: RequestOptions,
): readonly Destination[] {
  const extra = headers && checkedHeaders(headers)
  if (extra && destinations.length > 1) {
    throw invalid(
      'headers would go to each of the destinations. Put them into the request of the one they are meant for',
    )
  }
  return extra || !gzip ? destinations.map((destination) => adorned(destination, extra, gzip)) : destinations
}

function adorned(destination: Destination, extra: RequestOptions['headers'], gzip: boolean): Destination {
  const { name, limits, dedupes, secret = false, visitorIdStore } = destination
  return {
    name,
    limits,
    dedupes,
    secret,
    gzip: gzip && destination.gzip === true,
    ...(visitorIdStore && { visitorIdStore }),
    encode: (event) => destination.encode(event),
    request(batch, context) {
      const request = destination.request(batch, context)
      return { ...request, headers: { ...extra, ...request.headers } }
    },
    verdict: (response, batch, now) => destination.verdict(response, batch, now),
  }
}

/** With names in lower case, and values without white space around them. */
function checkedHeaders(headers: NonNullable<RequestOptions['headers']>): RequestOptions['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([given, value]: [string, unknown]) => {
      const name = given.trim().toLowerCase()
      if (!NAME.test(name)) throw invalid(`headers: ${shown(given)} is no name of a header`)
      const text = typeof value === 'string' ? value.trim() : undefined
      // Never the value: it may be a secret.
      if (text === undefined || !/^[ -~]*$/.test(text))
        throw invalid(`headers: ${name} must be printable ASCII on one line`)
      return [name, text]
    }),
  )
}

function invalid(message: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `createServerClient: ${message}`)
}
