/// <reference path="./undici-parts.d.ts" />
import { createRequire } from 'node:module'
import { type DeliveryResponse, proxiesOf } from '@threadline/core'
import type { Dispatcher } from 'undici'
import type { ConnectionOptions } from './connection.ts'
import { gzipWithZlib } from './gzip-zlib.ts'
import { MAX_RESPONSE_BYTES, type Transport, type TransportRequest } from './transport.ts'

type Headers = { readonly [name: string]: string | string[] | undefined }

/**
 * A transport on undici with a keep-alive agent of its own, and gzip through `node:zlib`.
 *
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read at the first request and followed.
 */
export function nodeTransport({ ca, dispatcher: given }: ConnectionOptions = {}): Transport {
  let agent: Promise<Dispatcher> | undefined
  return async (request) => {
    if (given) return await exchange(given as Dispatcher, request, await bodyOf(request))
    agent ??= createAgent(ca).catch((error: unknown) => {
      // It may have been the moment: a process that was out of file descriptors has some again.
      agent = undefined
      throw error
    })
    const dispatcher = await agent
    return await exchange(dispatcher, request, await bodyOf(request))
  }
}

async function bodyOf({ gzip, body }: TransportRequest): Promise<string | Buffer> {
  return gzip ? await gzipWithZlib(body) : body
}

async function createAgent(ca: ConnectionOptions['ca']): Promise<Dispatcher> {
  const proxies = proxiesOf(process.env)
  const options = {
    // Below the 5 s after which Node's own server closes an idle connection: a request must not meet the closing.
    keepAliveTimeout: 4_000,
    // One deadline covers the whole exchange, and it is not undici's.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(ca !== undefined && { connect: { ca: [ca].flat() } }),
  }
  if (proxies) {
    const { EnvHttpProxyAgent } = await loadUndici()
    return new EnvHttpProxyAgent({
      ...options,
      ...proxies,
      ...(ca !== undefined && { requestTls: { ca: [ca].flat() } }),
    })
  }
  const Agent = await loadAgent()
  return new Agent(options)
}

type Undici = typeof import('undici')

/**
 * One file in place of undici's index, and not before the first request: the index also loads a fetch, a cache,
 * WebSockets and mocks, and would stop the event loop three times as long. Proxies need what it sets up.
 *
 * The file is no part of undici's public interface: where a later version has moved it, the index does.
 */
async function loadAgent(): Promise<Undici['Agent']> {
  try {
    return (await import('undici/lib/dispatcher/agent.js')).default
  } catch {
    return (await loadUndici()).Agent
  }
}

/** Node remembers an `import()` that failed and fails it for ever; a `require` is tried anew. */
async function loadUndici(): Promise<Undici> {
  try {
    return await import('undici')
  } catch {
    return createRequire(import.meta.url)('undici') as Undici
  }
}

function exchange(dispatcher: Dispatcher, request: TransportRequest, body: string | Buffer): Promise<DeliveryResponse> {
  const { origin, pathname, search } = new URL(request.url)
  const headers = typeof body === 'string' ? { ...request.headers } : { ...request.headers, 'content-encoding': 'gzip' }
  return new Promise((resolve, reject) => {
    const answer = createAnswer(resolve)
    let abort: (() => void) | undefined
    request.signal.addEventListener('abort', () => abort?.(), { once: true })
    dispatcher.dispatch(
      { origin, path: pathname + search, method: request.method, headers, body },
      {
        onRequestStart(controller) {
          abort = () => controller.abort(abortReason(request.signal))
          // The deadline may have passed while the connection was being made: then it must not be sent any more.
          if (request.signal.aborted) abort()
        },
        onResponseStart(_controller, status, responseHeaders) {
          answer.start(status, responseHeaders)
        },
        onResponseData(controller, chunk) {
          if (answer.take(chunk)) return
          answer.end()
          controller.abort(new Error('the answer is too long'))
        },
        onResponseEnd() {
          answer.end()
        },
        onResponseError(_controller, error) {
          reject(error)
        },
      },
    )
  })
}

/** Collects one answer. */
function createAnswer(done: (response: DeliveryResponse) => void) {
  let status = 0
  let headers: Headers = {}
  let bytes = 0
  const chunks: Buffer[] = []
  return {
    /** Called again when an informational answer precedes the real one. */
    start(newStatus: number, newHeaders: Headers): void {
      status = newStatus
      headers = newHeaders
    },
    /** False once the body is longer than what is read of one. */
    take(chunk: Buffer): boolean {
      chunks.push(chunk)
      bytes += chunk.byteLength
      return bytes <= MAX_RESPONSE_BYTES
    },
    end(): void {
      done({ status, header: (name) => headerValue(headers, name), body: Buffer.concat(chunks).toString('utf8') })
    },
  }
}

function headerValue(headers: Headers, name: string): string | null {
  const value = headers[name]
  if (value === undefined) return null
  return typeof value === 'string' ? value : value.join(', ')
}

function abortReason(signal: AbortSignal): Error {
  return isError(signal.reason) ? signal.reason : new Error('aborted')
}

/** Also of another realm, as in Jest. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value
}
