/** Headers in any of the shapes that frameworks have: `Headers`, Node's object, a Lambda event's object. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined }

/**
 * Anything that carries request headers: a web `Request`, a Node `IncomingMessage` (also Express' and Fastify's), an
 * API Gateway event of either version, an ALB event.
 */
export interface RequestLike {
  readonly headers: HeadersLike | null | undefined
}

/** What one request says about itself, whatever its shape. */
export interface RequestFacts {
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined
  /** The value of a cookie, undecoded. */
  cookie(name: string): string | undefined
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
  readonly rawPath?: unknown
  readonly rawQueryString?: unknown
  readonly requestContext?: {
    readonly domainName?: unknown
    readonly http?: { readonly method?: unknown; readonly sourceIp?: unknown } | null
    readonly identity?: { readonly sourceIp?: unknown } | null
  } | null
}

/** Reads a request of any supported shape. `remoteAddress` is for those that do not have it. */
export function requestFacts(request: RequestLike, remoteAddress?: string): RequestFacts {
  const shapes: Shapes = request
  const header = headerReader(shapes.headers ?? {})
  const { requestContext: gateway } = shapes
  const forwarded = header('x-forwarded-proto')?.split(',')[0]?.trim()
  const encrypted = Boolean(gateway) || shapes.socket?.encrypted === true
  const url = absolute(shapes, header, forwarded ?? (encrypted ? 'https' : 'http'))
  return {
    header,
    cookie: (name) => cookieIn(text(shapes.cookies) ?? header('cookie') ?? '', name),
    url,
    method: text(shapes.method) ?? text(shapes.httpMethod) ?? text(gateway?.http?.method),
    secure: forwarded === 'https' || (url?.startsWith('https:') ?? encrypted),
    remoteAddress:
      remoteAddress ??
      text(shapes.socket?.remoteAddress) ??
      text(gateway?.http?.sourceIp) ??
      text(gateway?.identity?.sourceIp),
  }
}

function headerReader(headers: HeadersLike): (name: string) => string | undefined {
  if (hasGet(headers)) return (name) => headers.get(name) ?? undefined
  let byLowerCase: Map<string, string | undefined> | undefined
  return (name) => {
    // Node's names are in lower case already; a Lambda event's are as the client wrote them.
    const direct = text(headers[name])
    if (direct !== undefined) return direct
    byLowerCase ??= new Map(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), text(value)]))
    return byLowerCase.get(name)
  }
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function'
}

/** A string as it is; a list of strings as one header would have them. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join('; ')
  return undefined
}

function cookieIn(cookies: string, name: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

function absolute(shapes: Shapes, header: RequestFacts['header'], protocol: string): string | undefined {
  const path = text(shapes.originalUrl) ?? text(shapes.url) ?? gatewayPath(shapes)
  if (path === undefined || !path.startsWith('/')) return path
  const host = text(shapes.requestContext?.domainName) ?? header('host')
  if (host === undefined) return undefined
  return `${protocol}://${host}${path}`
}

function gatewayPath({ rawPath, rawQueryString, path, queryStringParameters }: Shapes): string | undefined {
  const base = text(rawPath) ?? text(path)
  if (base === undefined) return undefined
  const query = text(rawQueryString) ?? queryOf(queryStringParameters)
  return query === '' ? base : `${base}?${query}`
}

function queryOf(parameters: unknown): string {
  if (typeof parameters !== 'object' || parameters === null) return ''
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (typeof value === 'string') query.append(name, value)
  return query.toString()
}
