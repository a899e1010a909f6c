import type { Dialect, Received } from '../src/dialects/dialect.ts'
import { parseJsonBody } from '../src/http/read-body.ts'

/** {@link Received}, with its events made. */
interface Made extends Omit<Received, 'events'> {
  readonly events: readonly object[]
}

/** A destination's request. */
interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** What a dialect makes of a destination's request. @throws Error when it has nothing to store. */
export async function receivedBy(dialect: Dialect, { url, headers, body, method }: SentRequest): Promise<Made> {
  const { pathname, searchParams } = new URL(url)
  const route = dialect.routes.find(({ path }) => path === pathname)
  if (!route) throw new Error(`nobody answers at ${pathname}`)
  const request = new Request(url, { method, headers, body })
  const received = await route.receive({
    request,
    param: () => '',
    query: (name) => searchParams.get(name) ?? undefined,
    body: async () =>
      route.readBytes ? parseJsonBody(await route.readBytes(request, 1_000_000)) : await request.json(),
  })
  if (received instanceof Response) throw new Error(`answered ${received.status}`)
  return { ...received, events: received.events() }
}
