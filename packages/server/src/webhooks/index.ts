export type { Recorded, WebhookCapture, WebhookClient } from './record.ts'
export { type HmacOptions, verifyHmac } from './verify-hmac.ts'
export {
  createWebhook,
  type IncomingWebhook,
  type WebhookHandler,
  type WebhookOptions,
} from './webhook.ts'
