import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { type DeliveryRequest, type DeliveryResponse, failureOf, type Send } from '@threadline/core'
import type { OutgoingFetch, OutgoingResponse } from '../outgoing-fetch.ts'

/** Deadline of one exchange: connection, request, answer and its body. */
const TIMEOUT_MS = 10_000

/** A body smaller than this travels as it is. */
const GZIP_FROM_CHARS = 1_024

/** The most of an answer that is read. */
const MAX_ANSWER_BYTES = 1_048_576

/** What a proxy says that cannot look into a compressed body. */
const UNSUPPORTED = 415

const compress = promisify(gzip)

export interface SenderOptions {
  readonly fetch: OutgoingFetch
  /** The destination takes gzip. */
  readonly gzip: boolean
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** Carries requests by `fetch`. Redirects are not followed, so that a key goes nowhere else. */
export function createSend({ fetch, gzip: takesGzip, signal }: SenderOptions): Send {
  let compresses = takesGzip

  async function post(request: DeliveryRequest, compressed: boolean, deadline: AbortSignal): Promise<DeliveryResponse> {
    const { url, method, headers, body } = request
    const response = await fetch(url, {
      method,
      headers: compressed ? { ...headers, 'content-encoding': 'gzip' } : headers,
      body: compressed ? new Uint8Array(await compress(body, { level: constants.Z_BEST_SPEED })) : body,
      redirect: 'manual',
      signal: deadline,
    })
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await readText(response),
    }
  }

  return async (request) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      const compressed = compresses && request.body.length >= GZIP_FROM_CHARS
      const answer = await post(request, compressed, deadline)
      if (answer.status !== UNSUPPORTED || !compressed) return answer
      const plain = await post(request, false, deadline)
      if (plain.status !== UNSUPPORTED) compresses = false
      return plain
    } catch (error) {
      return failureOf(error, request.url)
    }
  }
}

/** Read whatever the status: an unread body keeps the connection. */
async function readText(response: OutgoingResponse): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; bytes <= MAX_ANSWER_BYTES; ) {
    const chunk = await reader.read()
    if (!chunk.value) return text + decoder.decode()
    bytes += chunk.value.byteLength
    text += decoder.decode(chunk.value, { stream: true })
  }
  await reader.cancel()
  return text
}
