import { isThreadlineError } from '@threadline/core'
import { readBytes } from './read-body.ts'
import { canPass, record, type WebhookCapture, type WebhookClient } from './record.ts'

/** A webhook as it arrived. */
export interface IncomingWebhook {
  /** The body, byte for byte as it was signed, as text. */
  readonly body: string
  readonly headers: Headers
}

export interface WebhookOptions<Event> {
  readonly client: WebhookClient
  /** The event in a webhook that its sender signed; `undefined`, or a throw, when they did not. */
  readonly verify: (webhook: IncomingWebhook) => Event | undefined | Promise<Event | undefined>
  /**
   * What a verified event becomes; nothing when it is of no interest. A throw is answered with 500, so that the sender
   * delivers again.
   */
  readonly captures: (event: Event) => readonly WebhookCapture[] | Promise<readonly WebhookCapture[]>
  /**
   * Longest that the answer waits for delivery, in milliseconds. Keep it below the sender's own patience.
   *
   * @defaultValue `5_000`
   */
  readonly timeoutMs?: number | undefined
  /** @defaultValue `1_000_000` */
  readonly maxBodyBytes?: number | undefined
  /** Told what went wrong with a webhook whose sender is only told a status. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Answers one webhook. Never rejects. */
export type WebhookHandler = (request: Request) => Promise<Response>

/**
 * A handler for signed webhooks that lets the sender's own retries carry an event until it is delivered.
 *
 * | answer | when |
 * |---|---|
 * | 200 `{ received, dropped }` | every event is delivered, or refused for good (`dropped` has the reasons; `onDrop` was told) |
 * | 400 | the signature does not match; nothing was captured |
 * | 405, 413 | not a POST; a body over `maxBodyBytes` |
 * | 500 | `captures` threw, or the client is strict and refused an event |
 * | 503 | not delivered within `timeoutMs`; the event stays queued as well, and counts once by its `eventId` |
 */
export function createWebhook<Event>(options: WebhookOptions<Event>): WebhookHandler {
  const { timeoutMs = 5_000, maxBodyBytes = 1_000_000 } = options

  async function receive(webhook: IncomingWebhook): Promise<Response> {
    const event = await verified(options, webhook)
    if (event === undefined) return refuse(400, 'the signature does not match')
    const captures = await options.captures(event)
    return Response.json(await record({ client: options.client, captures, timeoutMs }))
  }

  return async (request) => {
    if (request.method !== 'POST') return refuse(405, 'webhooks are posted')
    try {
      const bytes = await readBytes(request, maxBodyBytes)
      if (bytes === undefined) return refuse(413, `the body is over ${maxBodyBytes} bytes`)
      // Bytes that are not UTF-8 become others, and their signature does not match.
      return await receive({ body: new TextDecoder().decode(bytes), headers: request.headers })
    } catch (error) {
      options.onError?.(error)
      if (canPass(error)) return refuse(503, 'not recorded yet; deliver again')
      return refuse(500, isThreadlineError(error) ? `refused: ${error.code}` : 'the webhook could not be handled')
    }
  }
}

async function verified<Event>(
  { verify, onError }: WebhookOptions<Event>,
  webhook: IncomingWebhook,
): Promise<Event | undefined> {
  try {
    return await verify(webhook)
  } catch (error) {
    onError?.(error)
    return undefined
  }
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { message } }, { status })
}
