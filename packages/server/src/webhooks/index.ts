export { type HmacOptions, verifyHmac } from './verify-hmac.ts'
export {
  createWebhook,
  type IncomingWebhook,
  type WebhookCapture,
  type WebhookClient,
  type WebhookHandler,
  type WebhookOptions,
} from './webhook.ts'
