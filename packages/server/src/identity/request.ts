import type { ProxyTrust } from './client-ip.ts'

/** Headers in any of the shapes that frameworks have: `Headers`, Node's object, a Lambda event's object. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined }

/**
 * Anything that carries request headers: a web `Request`, a Node `IncomingMessage` (also Express' and Fastify's), an
 * API Gateway event of either version, an ALB event with single or multi-value headers.
 */
export interface RequestLike {
  readonly headers?: HeadersLike | null | undefined
  /** Every value of each header. API Gateway's payload 1.0 has them besides `headers`, an ALB in place of them. */
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null | undefined
}

/** What a request cannot say about itself. */
export interface RequestOptions extends Pick<ProxyTrust, 'trustedProxies'> {
  /** The other end of the connection, for requests that do not have it. */
  readonly remoteAddress?: string | undefined
}

/** What one request says about itself, whatever its shape. */
export interface RequestFacts {
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined
  /**
   * The values of a cookie, undecoded, the one that counts first: the last in the request.
   *
   * There are several when a name is set on several domains, and a request does not say on which. Browsers send the newest
   * last, WebKitGTK the one of the widest domain. The browser package goes by the same order.
   */
  cookies(name: string): readonly string[]
  /** Absolute where the request knows its host. */
  readonly url: string | undefined
  readonly method: string | undefined
  /** Whether the visitor uses https, as far as the connection or a proxy in front of the app says. */
  readonly secure: boolean
  /** The other end of the connection, as the socket or the platform says, which nobody can forge. */
  readonly remoteAddress: string | undefined
}

/** What may be found besides the headers. All of it is checked before it is used. */
interface Shapes extends RequestLike {
  readonly url?: unknown
  /** Express: `url` is cut to what is left for a sub-router. */
  readonly originalUrl?: unknown
  readonly method?: unknown
  readonly socket?: { readonly remoteAddress?: unknown; readonly encrypted?: unknown } | null
  /** API Gateway. */
  readonly cookies?: unknown
  readonly path?: unknown
  readonly httpMethod?: unknown
  readonly queryStringParameters?: unknown
  readonly multiValueQueryStringParameters?: unknown
  readonly rawPath?: unknown
  readonly rawQueryString?: unknown
  readonly requestContext?: {
    readonly domainName?: unknown
    /** Of an ALB only. */
    readonly elb?: unknown
    readonly http?: { readonly method?: unknown; readonly sourceIp?: unknown } | null
    readonly identity?: { readonly sourceIp?: unknown } | null
  } | null
}

/** Reads a request of any supported shape. */
export function requestFacts(request: RequestLike, options: RequestOptions = {}): RequestFacts {
  // In JavaScript there may be none.
  const shapes: Shapes = request ?? {}
  const header = headerReader(shapes)
  const { requestContext: gateway } = shapes
  const forwarded = first(header('x-forwarded-proto'))
  const encrypted = Boolean(gateway) || shapes.socket?.encrypted === true
  const host = forwardedHost(header, options.trustedProxies ?? 0)
  const url = absolute(shapes, {
    protocol: forwarded ?? (encrypted ? 'https' : 'http'),
    host: host ?? text(gateway?.domainName) ?? header('host'),
    isForwarded: host !== undefined,
  })
  return {
    header,
    cookies: (name) => cookiesIn(joinedBy('; ', shapes.cookies) ?? header('cookie') ?? '', name),
    url,
    method: text(shapes.method) ?? text(shapes.httpMethod) ?? text(gateway?.http?.method),
    secure: forwarded === 'https' || (url?.startsWith('https:') ?? encrypted),
    remoteAddress:
      options.remoteAddress ??
      text(shapes.socket?.remoteAddress) ??
      text(gateway?.http?.sourceIp) ??
      text(gateway?.identity?.sourceIp),
  }
}

function headerReader({ headers, multiValueHeaders }: Shapes): (name: string) => string | undefined {
  if (headers && hasGet(headers)) return (name) => headers.get(name) ?? undefined
  let byLowerCase: Map<string, string | undefined> | undefined
  return (name) => {
    // Node's names are in lower case already; a Lambda event's are as the client wrote them.
    const direct = headerText(name, multiValueHeaders?.[name]) ?? headerText(name, headers?.[name])
    if (direct !== undefined) return direct
    byLowerCase ??= new Map(
      [...Object.entries(headers ?? {}), ...Object.entries(multiValueHeaders ?? {})].map(([key, value]) => {
        const lower = key.toLowerCase()
        return [lower, headerText(lower, value)]
      }),
    )
    return byLowerCase.get(name)
  }
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function'
}

/** Several values as one header would have them. */
function headerText(name: string, value: unknown): string | undefined {
  return joinedBy(name === 'cookie' ? '; ' : ', ', value)
}

function joinedBy(separator: string, value: unknown): string | undefined {
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join(separator)
  return text(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function first(list: string | undefined): string | undefined {
  return list?.split(',')[0]?.trim()
}

const HOST = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/**
 * The host that the outermost trusted proxy was asked for. Some proxies append to `X-Forwarded-Host`, others set it: a
 * list that is shorter than the chain begins with what the outermost one set.
 */
function forwardedHost(header: RequestFacts['header'], trustedProxies: number): string | undefined {
  if (trustedProxies === 0) return undefined
  const hosts = (header('x-forwarded-host') ?? '').split(',').map((host) => host.trim())
  const host = hosts.at(-Math.min(trustedProxies, hosts.length))
  return host !== undefined && HOST.test(host) ? host : undefined
}

/** Many servers encode the cookies they set. Of what ids and sessions may hold, that changes the colon alone. */
function cookiesIn(cookies: string, name: string): string[] {
  const values: string[] = []
  for (const pair of cookies.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) {
      values.unshift(
        pair
          .slice(equals + 1)
          .trim()
          .replace(/%3a/gi, ':'),
      )
    }
  }
  return values
}

/** Where a visitor sent a request to, as far as it is known. */
interface Origin {
  readonly protocol: string
  readonly host: string | undefined
  /** Whether a proxy that is trusted named the host: it then goes over that of an absolute address. */
  readonly isForwarded: boolean
}

function absolute(shapes: Shapes, { protocol, host, isForwarded }: Origin): string | undefined {
  const path = text(shapes.originalUrl) ?? text(shapes.url) ?? gatewayPath(shapes)
  if (path === undefined || path.startsWith('/')) return path && host && `${protocol}://${host}${path}`
  if (!isForwarded || !URL.canParse(path)) return path
  const url = new URL(path)
  return `${protocol}://${host}${url.pathname}${url.search}`
}

function gatewayPath(shapes: Shapes): string | undefined {
  const base = text(shapes.rawPath) ?? text(shapes.path)
  if (base === undefined) return undefined
  const query = text(shapes.rawQueryString) ?? queryOf(shapes)
  return query === '' ? base : `${base}?${query}`
}

function queryOf(shapes: Shapes): string {
  const parameters = shapes.multiValueQueryStringParameters ?? shapes.queryStringParameters
  if (typeof parameters !== 'object' || parameters === null) return ''
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one): [string, string][] =>
      typeof one === 'string' ? [[name, one]] : [],
    ),
  )
  // An ALB hands on names and values as they were encoded; API Gateway has decoded them.
  if (shapes.requestContext?.elb) return pairs.map(([name, value]) => `${name}=${value}`).join('&')
  return new URLSearchParams(pairs).toString()
}
