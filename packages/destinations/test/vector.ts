import { existsSync, readFileSync } from 'node:fs'
import type { TrackEvent } from '@threadline/schema'

/** One conformance case. The vendors' facts and the format are described where the vectors come from. */
export interface Vector {
  readonly name: string
  readonly config: VectorConfig
  readonly now: string
  readonly canonicalEvents: readonly (Omit<TrackEvent, 'timestamp'> & { readonly timestamp?: string })[]
  readonly request: VectorRequest | null
  readonly response: VectorResponse | null
  readonly exchanges?: readonly { readonly request: VectorRequest; readonly response: VectorResponse }[]
  readonly expectedOutcome: {
    readonly accepted: readonly string[]
    readonly pending: readonly string[]
    readonly dropped: readonly { readonly id: string; readonly reason: string }[]
    readonly retry: boolean
    readonly paused?: string
    readonly retryAfterMs?: number
    readonly splitBeforeRetry?: boolean
    readonly adjusted?: readonly { readonly id: string; readonly reason: string; readonly fields: readonly string[] }[]
    readonly warnings?: readonly string[]
    readonly errorCode?: string
  }
}

/** Each file has the options of its own service. */
export interface VectorConfig {
  readonly baseUrl: string
  readonly cookie: string
  readonly workspaceId: string
  readonly siteId: string
  readonly site: string
  readonly apiKey: string
  readonly key: string
  readonly publicKey: string
  readonly websiteId: number
  readonly writeKey: string
  readonly sentFrom: 'server' | 'page'
  readonly groupType: string
  readonly domain: string
  readonly measurementId: string
  readonly token: string
  readonly groupKey: string
  readonly apiSecret: string
  readonly keyIn: 'header' | 'body'
  readonly consentCategories: { readonly analytics?: string; readonly ads?: string }
}

export interface VectorRequest {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly headersAbsent?: readonly string[]
  /** An array where the service takes one. */
  readonly body: { readonly [key: string]: unknown }
  readonly bodyAbsent?: readonly string[]
  readonly bodyExact?: readonly string[]
}

export interface VectorResponse {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body?: unknown
  readonly bodyText?: string
}

export const VECTOR_COPY: URL = new URL('vectors/', import.meta.url)

/** Where the vectors are maintained, beside the repository; absent in a plain clone. */
export const VECTOR_ORIGIN: URL = new URL('../../../../shared/providers/vectors/', import.meta.url)

/** Only those of some services are maintained there; the others are our own. */
export function hasOrigin(service: string): boolean {
  return existsSync(new URL(`${service}.json`, VECTOR_ORIGIN))
}

/** A node of a vector file: JSON, in which `$str` and `$repeat` stand for something long. */
type Node = string | number | boolean | null | readonly Node[] | { readonly [key: string]: Node }

function isObject(node: Node | undefined): node is { readonly [key: string]: Node } {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

function isArray(node: Node): node is readonly Node[] {
  return Array.isArray(node)
}

/** Writes out `{"$str": {of, times}}` and, within arrays, `{"$repeat": {from, count, item}}`, in which `${i}` counts. */
function expand(node: Node): Node {
  if (isArray(node)) return node.flatMap((element) => repeated(element) ?? [expand(element)])
  if (!isObject(node)) return node
  const text = node['$str']
  if (isObject(text)) return String(text['of']).repeat(Number(text['times']))
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, expand(value)]))
}

function repeated(node: Node): Node[] | undefined {
  const repeat = isObject(node) ? node['$repeat'] : undefined
  if (!isObject(repeat)) return undefined
  const item = JSON.stringify(repeat['item'])
  const numbers = Array.from({ length: Number(repeat['count']) }, (_, index) => Number(repeat['from']) + index)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of the format
  return numbers.map((number) => expand(JSON.parse(item.replaceAll('${i}', String(number)))))
}

/** The cases of one service, as they stand in a folder of vectors. */
export function readVectors(folder: URL, service: string): readonly Vector[] {
  const nodes: readonly Node[] = JSON.parse(readFileSync(new URL(`${service}.json`, folder), 'utf8'))
  return JSON.parse(JSON.stringify(expand(nodes)))
}

/** The cases of one service, from the origin if it is there and from the committed copy otherwise. */
export function loadVectors(service: string): readonly Vector[] {
  return readVectors(hasOrigin(service) ? VECTOR_ORIGIN : VECTOR_COPY, service)
}
