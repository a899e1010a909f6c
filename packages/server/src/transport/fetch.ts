import { gzipWithStream } from './gzip-stream.ts'
import { MAX_RESPONSE_BYTES, type Transport } from './transport.ts'

export interface FetchTransportOptions {
  /** Used in place of the global `fetch`. The global one is looked up at each request, so that it can be replaced. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Compresses a body; without it `CompressionStream` is used where it exists. */
  readonly gzip?: ((text: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined
}

/**
 * A transport on `fetch`, for runtimes that have nothing better and for tests that intercept it.
 *
 * Redirects are not followed, and no credentials are attached.
 */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  return async (request) => {
    const post = options.fetch ?? globalThis.fetch
    const compress = request.gzip ? (options.gzip ?? gzipWithStream()) : undefined
    const response = await post(request.url, {
      method: request.method,
      headers: compress ? { ...request.headers, 'content-encoding': 'gzip' } : request.headers,
      body: compress ? await compress(request.body) : request.body,
      redirect: 'manual',
      signal: request.signal,
    })
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      // Read whatever the status: an unread body keeps the connection, and on Workers the whole request, waiting.
      body: await readText(response),
    }
  }
}

async function readText(response: Response): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ; ) {
    const chunk = await reader.read()
    if (chunk.done) return text + decoder.decode()
    bytes += chunk.value.byteLength
    text += decoder.decode(chunk.value, { stream: true })
    if (bytes > MAX_RESPONSE_BYTES) {
      await reader.cancel()
      return text
    }
  }
}
