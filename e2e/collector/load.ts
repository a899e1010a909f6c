import type { BatchResponse, TrackEvent } from '@threadline/schema'
import { SERVER_KEY } from './keys.ts'

/** What senders know: which events they sent at all, and for which the collector said that it has them. */
export interface Ledger {
  readonly sent: Set<string>
  readonly acknowledged: Set<string>
  /** Sum of `stored` over all answers. */
  stored: number
  /** Sum of the duplicates over all answers. */
  duplicates: number
}

export function createLedger(): Ledger {
  return { sent: new Set(), acknowledged: new Set(), stored: 0, duplicates: 0 }
}

let made = 0

/** New events of a few visitors, some of whom are users. */
export function makeEvents(count: number): TrackEvent[] {
  return Array.from({ length: count }, () => {
    made += 1
    const visitor = `visitor-${made % 50}`
    return {
      eventId: `load-${made}`,
      event: made % 3 === 0 ? 'feature_used' : '$pageview',
      anonymousId: visitor,
      ...(made % 7 === 0 && { userId: `user-${made % 50}` }),
      timestamp: new Date(1_769_850_000_000 + made).toISOString(),
      properties: { number: made, text: 'some words to fill the line' },
    }
  })
}

/** Sends one batch and notes what came back. Rejects when no answer, or no 200, came. */
export async function sendBatch(url: string, events: readonly TrackEvent[], ledger: Ledger): Promise<void> {
  for (const { eventId } of events) ledger.sent.add(eventId)
  const response = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sentAt: new Date().toISOString(), events }),
    signal: AbortSignal.timeout(20_000),
  })
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`)
  const answer: BatchResponse = await response.json()
  if (answer.invalid.length > 0) throw new Error(`refused: ${JSON.stringify(answer.invalid[0])}`)
  ledger.stored += answer.stored
  ledger.duplicates += answer.duplicates.length
  for (const { eventId } of events) ledger.acknowledged.add(eventId)
}

export interface LoadOptions {
  readonly url: string
  readonly ledger: Ledger
  /** Batches that an earlier collector did not answer: they go out first. What this one leaves is added. */
  readonly unanswered: TrackEvent[][]
  readonly signal: AbortSignal
}

/** Sends batches, several at once and some twice, until the collector is gone or `signal` aborts. */
export async function loadUntilGone({ url, ledger, unanswered, signal }: LoadOptions): Promise<void> {
  async function sender(): Promise<void> {
    while (!signal.aborted) {
      const events = unanswered.pop() ?? makeEvents(20)
      try {
        await sendBatch(url, events, ledger)
        if (made % 5 === 0) await sendBatch(url, events, ledger)
      } catch {
        unanswered.push(events)
        return
      }
    }
  }
  await Promise.all(Array.from({ length: 8 }, sender))
}
