import type { RequestLike } from '../identity/request.ts'
import { headerRecord } from './event-proxy.ts'
import type { VisitHeaders } from './visit.ts'

/** What a handler returns for an HTTP event. */
export interface HttpResult {
  readonly statusCode?: number | undefined
  readonly headers?: { readonly [name: string]: string | number | boolean } | undefined
  readonly multiValueHeaders?: { readonly [name: string]: readonly (string | number | boolean)[] } | undefined
  readonly cookies?: readonly string[] | undefined
  readonly body?: string | undefined
  readonly isBase64Encoded?: boolean | undefined
}

/** What tells in which form the sender of an event takes its answer. */
export interface ResultEvent extends RequestLike {
  readonly version?: string | undefined
  readonly requestContext?: object | null | undefined
}

/**
 * Where a response's headers are read.
 *
 * - `cookies`: API Gateway's payload 2.0 and function URLs: `headers`, and a list of cookies.
 * - `either`: API Gateway's payload 1.0: both forms, of which several values win.
 * - `single`, `multiple`: an ALB takes one of them and ignores the other, as its target group is set.
 */
type Form = 'cookies' | 'either' | 'single' | 'multiple'

function formOf(event: ResultEvent): Form {
  if (event.version === '2.0') return 'cookies'
  const isAlb = Boolean(event.requestContext && 'elb' in event.requestContext)
  if (!isAlb) return 'either'
  return event.multiValueHeaders ? 'multiple' : 'single'
}

/** A response in the form that the sender of the event takes. */
export async function toResult(event: ResultEvent, response: Response): Promise<HttpResult> {
  const headers = headerRecord(response.headers)
  const isMultiple = formOf(event) === 'multiple'
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return {
    statusCode: response.status,
    ...(isMultiple ? { multiValueHeaders } : { headers }),
    body: await response.text(),
  }
}

/** A header of a result, in whatever form and case; several values as one. */
export function headerOf({ headers = {}, multiValueHeaders = {} }: HttpResult, name: string): string | undefined {
  const values = [...Object.entries(multiValueHeaders), ...Object.entries(headers)].flatMap(([key, value]) =>
    key.toLowerCase() === name ? value : [],
  )
  return values.length === 0 ? undefined : values.join(', ')
}

/** A result with the visit's headers as well. What the handler has set stays, its own cookies above all. */
export function withVisitHeaders<Result extends HttpResult>(
  event: ResultEvent,
  result: Result,
  { 'set-cookie': cookie, 'cache-control': cacheControl }: VisitHeaders,
): Result {
  if (cookie === undefined || cacheControl === undefined) return result
  const form = formOf(event)
  const headers = without('cache-control', result.headers)
  const multi = without('cache-control', result.multiValueHeaders)
  if (form === 'cookies') {
    const cookies = [...(result.cookies ?? []), cookie]
    return { ...result, headers: { ...headers, 'cache-control': cacheControl }, cookies }
  }
  const own = [...valuesOf('set-cookie', result.headers), ...valuesOf('set-cookie', result.multiValueHeaders)]
  if (form === 'single' || (form === 'either' && own.length === 0 && !result.multiValueHeaders)) {
    return { ...result, headers: { ...headers, 'cache-control': cacheControl, [freeName(headers)]: cookie } }
  }
  return {
    ...result,
    ...(result.headers && { headers: without('set-cookie', headers) }),
    multiValueHeaders: {
      ...without('set-cookie', multi),
      'cache-control': [cacheControl],
      'set-cookie': [...own, cookie],
    },
  }
}

function without<Value>(
  name: string,
  headers: { readonly [name: string]: Value } | undefined,
): { readonly [name: string]: Value } {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([key]) => key.toLowerCase() !== name))
}

function valuesOf<Value>(
  name: string,
  headers: { readonly [name: string]: Value | readonly Value[] } | undefined,
): readonly Value[] {
  return Object.entries(headers ?? {}).flatMap(([key, value]) => (key.toLowerCase() === name ? value : []))
}

/** A way to write `Set-Cookie` that is not taken: an ALB with single values sends each, as names differ by their case. */
function freeName(headers: { readonly [name: string]: unknown }): string {
  const name = 'set-cookie'
  for (let upper = 0; ; upper += 1) {
    const spelling = [...name].map((letter, index) => (upper & (1 << index) ? letter.toUpperCase() : letter)).join('')
    if (!Object.hasOwn(headers, spelling)) return spelling
  }
}
