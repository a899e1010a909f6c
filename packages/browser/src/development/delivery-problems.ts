import type { DropReason, ThreadlineErrorCode, Verdict } from '@threadline/core'

/** A request that was answered, or was not. */
export interface Judgement {
  readonly verdict: Verdict
  /** HTTP status; 0 without an answer. */
  readonly status: number
}

/** What a sentence about a request mentions. */
export interface Addressee {
  /** The `host` of the configuration, or the name of the destination. */
  readonly host: string
  /** Origin of the page. */
  readonly origin: string
}

const KEPT = 'Events are kept and sent later.'

function routeProblem({ host }: Addressee, what: string): string {
  return host.startsWith('/')
    ? `${what}. Nothing behind ${host} passes requests on to a collector: add the route (see the kits), before any catch-all page. ${KEPT}`
    : `${what}. Set host to the address of a collector. ${KEPT}`
}

function pauseProblem({ verdict, status }: Judgement & { verdict: { kind: 'pause' } }, to: Addressee): string {
  const { reason, message } = verdict
  if (reason === 'unauthorized') return `${to.host} refused the key (${message}). Check key in init. ${KEPT}`
  if (reason === 'forbidden') {
    return `${to.host} refused this page (${message}). Add ${to.origin} to the origins of the key, or use another key. ${KEPT}`
  }
  if (reason === 'quota_exceeded') return `${to.host} takes no more events: the quota is used up (${message}). ${KEPT}`
  return status < 300
    ? routeProblem(to, `${to.host}/v1/batch answers ${status} with something that no collector wrote, such as a page`)
    : routeProblem(to, `${to.host}/v1/batch answers ${message}`)
}

/** What an answer says about how the page is set up, as a sentence. `undefined` when nothing is wrong. */
export function deliveryProblem(judgement: Judgement, to: Addressee): string | undefined {
  const { verdict, status } = judgement
  switch (verdict.kind) {
    case 'retry':
      return status === 0
        ? `${to.host} cannot be reached. Is the collector running? Else an ad blocker, a Content-Security-Policy without it in connect-src, or a missing CORS header stops the request: the browser's network panel says which. ${KEPT}`
        : `${to.host} answers ${verdict.message}. ${KEPT}`
    case 'pause':
      return pauseProblem({ ...judgement, verdict }, to)
    case 'split':
      return undefined
    case 'drop':
      return status === 405 || status === 501
        ? `${to.host}/v1/batch answers ${verdict.message}: what is there takes no POST, so it is no collector. The events are lost. Check host.`
        : `${to.host} refused events for good (${verdict.message}). They are lost.`
    case 'delivered': {
      const [refused] = verdict.rejected ?? []
      return refused && `${to.host} refused an event for good: ${refused.message ?? refused.reason}.`
    }
  }
}

/** Why an event was given up in the page, as a sentence; absent for reasons that are no mistake or are told elsewhere. */
const DROPPED: { readonly [Reason in DropReason]?: string } = {
  hook_failed: 'onCapture threw. The event is lost.',
  not_serializable: 'properties cannot be turned into JSON: they are circular, or hold a BigInt. Pass plain data.',
  props_too_large: 'properties are over 32 KB. Pass less, or an id that leads to the rest.',
  payload_too_large: 'the event is larger than the service takes. Pass less, or an id that leads to the rest.',
  invalid_timestamp: 'timestamp is no date. Pass a Date, or an ISO 8601 string.',
  rate_limited: 'too many events in a short time, as from a loop. Some are lost.',
  queue_overflow: 'more events wait than a page keeps. The oldest are lost.',
}

export function dropProblem(reason: DropReason): string | undefined {
  return DROPPED[reason]
}

/** What went wrong in the page, as the start of a sentence that ends with what the error says: pages carry no more of it. */
const FAILED: { readonly [Code in ThreadlineErrorCode]?: string } = {
  hook_failed: 'a part of the client does not start, and the others work without it',
  invalid_config: 'an answer is none. Pass granted, denied, pending, or true and false by purpose',
  not_serializable: 'a call was given what cannot be read, and is ignored',
  validation_error: 'a text of the page is too long for an event',
  already_started: 'another version of this package runs on the page, and this one joins it: its options are ignored',
  spool_failed: 'storage is full or forbidden, so events end with the page',
  queue_overflow: 'too much was called before init, and the last calls are lost',
}

export function failureProblem(code: ThreadlineErrorCode, message: string): string {
  const problem = FAILED[code]
  return problem ? `${problem} (${message}).` : message
}
