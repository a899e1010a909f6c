export type { CapturableName, CaptureInput, EventFields } from './capture/input.ts'
export type { CaptureHook } from './capture/pipeline.ts'
export {
  type Capturer,
  captureCheckoutCancelled,
  captureCheckoutFinished,
  captureCheckoutStarted,
  captureContentViewed,
  captureFeatureUsed,
  captureInvoicePaid,
  captureLeadCreated,
  capturePurchase,
  captureRefunded,
  captureSignedUp,
  captureSubscriptionCancelled,
  captureSubscriptionRenewed,
  captureSubscriptionStarted,
  captureTrialEnded,
  captureTrialStarted,
  type StandardInput,
} from './captures.ts'
export { createServerClient } from './create.ts'
export type { IdentifyOptions } from './identify.ts'
export type { ServerClientOptions } from './options.ts'
export type { DeliveredEvents, DroppedEvent, ReportHooks } from './reports.ts'
export { identityFrom, type RequestIdentity, type RequestLike } from './scope/identity.ts'
export type { Scope, ScopeOptions } from './scope/scope.ts'
export type {
  BackfillOptions,
  BackfillResult,
  CaptureResult,
  ClientStats,
  ServerClient,
  ShutdownOptions,
  ShutdownResult,
} from './server-client.ts'
export type { Transport, TransportRequest } from './transport/transport.ts'
