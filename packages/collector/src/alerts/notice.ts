import { createHash, createHmac } from 'node:crypto'
import type { StoredAlert } from '../store/stored-alerts.ts'
import { secretBytes } from './settings.ts'

/** A message to whoever listens, without its signature. */
export interface Notice {
  /** The same at each try, so that a message that came twice is known. */
  readonly id: string
  readonly body: string
}

/** What a subject is about, for people. */
const MEANINGS: { readonly [kind: string]: string } = {
  traffic_drop: 'far fewer events arrive than usually at this time',
  errors: 'events are refused, or reported lost by senders',
  failures: 'the collector answers that it cannot store events',
  disk: 'the disk of the data folder is nearly full',
  test: 'this is a test; nothing is wrong',
}

/** Makes the message about the start of an alert, or about its end when it has ended. */
export function noticeOf(alert: StoredAlert): Notice {
  const [kind = '', project, sender] = alert.subject.split('/')
  const hasEnded = alert.endedAt !== null
  const type = hasEnded ? 'alert.resolved' : 'alert.firing'
  const instant = (ms: number) => new Date(ms).toISOString()
  const data = {
    alert: kind,
    ...(project !== undefined && { project }),
    ...(sender !== undefined && { sender }),
    message: hasEnded ? `over: ${MEANINGS[kind]}` : MEANINGS[kind],
    startedAt: instant(alert.startedAt),
    endedAt: alert.endedAt === null ? null : instant(alert.endedAt),
    figures: JSON.parse(alert.details),
  }
  // Collectors that notice it at the same time without their database make the same id.
  const name = createHash('sha256').update([type, alert.subject, alert.startedAt].join('\0')).digest('hex')
  return {
    id: `alert_${name.slice(0, 32)}`,
    body: JSON.stringify({ type, timestamp: instant(alert.endedAt ?? alert.startedAt), data }),
  }
}

/** The headers that Standard Webhooks asks for. */
export function signedHeaders({ id, body }: Notice, secret: string, now: number): { readonly [name: string]: string } {
  const timestamp = String(Math.floor(now / 1_000))
  const signature = createHmac('sha256', secretBytes(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'user-agent': 'threadline-collector',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}
