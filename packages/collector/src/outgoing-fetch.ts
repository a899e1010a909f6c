import { proxiesOf } from '@threadline/core'

/** A request that the collector makes itself. */
export interface OutgoingRequest {
  readonly method: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** Of an answer, what is looked at. */
export interface OutgoingResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
      cancel(): Promise<unknown>
    }
    cancel(): Promise<unknown>
  } | null
}

export type OutgoingFetch = (url: string, request: OutgoingRequest) => Promise<OutgoingResponse>

/**
 * `fetch` for what the collector asks of other services: through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, unless `NO_PROXY`
 * excepts it. Node's own `fetch` knows none before version 24.
 *
 * The environment is read at the first request. Where a variable is no address of a proxy, every request fails, and its error names the
 * variable, never its value.
 */
export function createOutgoingFetch(env: NodeJS.ProcessEnv): OutgoingFetch {
  let chosen: Promise<OutgoingFetch> | undefined
  return async (url, request) => {
    chosen ??= fetchFor(env)
    const send = await chosen
    return send(url, request)
  }
}

async function fetchFor(env: NodeJS.ProcessEnv): Promise<OutgoingFetch> {
  const proxies = proxiesOf(env)
  if (!proxies) return (url, request) => globalThis.fetch(url, request)
  // Its agents are for its own `fetch`: Node's is of another version.
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  const dispatcher = new EnvHttpProxyAgent(proxies)
  return (url, request) => fetch(url, { ...request, dispatcher })
}
