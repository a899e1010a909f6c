import { type DeliveryResponse, type EncodedEvent, statusVerdict, type Verdict } from '@threadline/core'

/**
 * The verdict of a service that does not say whether it stores a batch whole or in part.
 *
 * A refused batch (400, 422) is dropped, not split: its good half may be stored, and a resend would count it twice.
 * Where nothing can have been stored (413), splitting is safe.
 */
export function nonAtomicVerdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict {
  const verdict = statusVerdict(response, batch, now)
  if (verdict.kind !== 'split' || verdict.reason !== 'validation_error') return verdict
  return { kind: 'drop', reason: verdict.reason, message: verdict.message }
}

/**
 * {@link statusVerdict} for an API that never answers with a web page.
 *
 * An app's catch-all page or a captive portal says 200 to everything. Taking that for "stored" would lose events.
 */
export function apiVerdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict {
  const verdict = statusVerdict(response, batch, now)
  return verdict.kind === 'delivered' && /^\s*</.test(response.body)
    ? { kind: 'pause', reason: 'not_found', message: 'the answer is a web page, not the service’s: check baseUrl' }
    : verdict
}

/** The names that a service's JSON answers use. */
export interface AnswerFields {
  /** Events stored by a batch request. */
  readonly count: string
  /** Seconds to wait, for an answer without a readable `Retry-After`. */
  readonly retryAfter: string
}

/** Adds what a JSON answer (`{ok, error, …}`) says beyond its status. */
export function withAnswer(verdict: Verdict, body: string, options: AnswerFields & { readonly sent: number }): Verdict {
  const answer = parseObject(body)
  if (verdict.kind === 'delivered') {
    const warnings = answerWarnings(answer, options)
    return warnings.length === 0 ? verdict : { ...verdict, warnings }
  }

  const code = errorCode(answer)
  const message = code === undefined ? verdict.message : `${verdict.message} ${code}`
  if (verdict.kind !== 'retry' || verdict.retryAfterMs !== undefined) return { ...verdict, message }
  const seconds = answer?.[options.retryAfter]
  return typeof seconds === 'number' && seconds >= 0
    ? { ...verdict, message, retryAfterMs: Math.ceil(seconds * 1_000) }
    : { ...verdict, message }
}

interface Answer {
  readonly [field: string]: unknown
}

function parseObject(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function answerWarnings(answer: Answer | undefined, { count, sent }: { count: string; sent: number }): string[] {
  if (answer?.['ok'] !== true) return ['unexpected_body: the answer is no JSON object with ok: true']
  const stored = answer[count]
  return typeof stored === 'number' && stored !== sent
    ? [`count_mismatch: ${sent} sent, ${stored} counted by the service`]
    : []
}

/** Letters and underscores only: whatever else a service puts there may echo the key. */
function errorCode(answer: Answer | undefined): string | undefined {
  const code = answer?.['error']
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : undefined
}
