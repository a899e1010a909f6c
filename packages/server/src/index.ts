export {
  type DropReason,
  FlushError,
  type FlushOptions,
  type FlushResult,
  isThreadlineError,
  ThreadlineError,
  type ThreadlineErrorCode,
} from '@threadline/core'
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
export type { ProxyTrust } from './identity/client-ip.ts'
export { type CookieOwner, type IdentityCookieOptions, identityCookie } from './identity/identity-cookie.ts'
export {
  type IdentityOptions,
  identityFrom,
  type RequestContext,
  type RequestIdentity,
} from './identity/identity-from.ts'
export type { HeadersLike, RequestLike } from './identity/request.ts'
export type { ServerClientOptions } from './options.ts'
export type { DeliveredEvents, DroppedEvent, ReportHooks } from './reports.ts'
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
export type { SpoolOptions } from './spool/options.ts'
export { type FetchTransportOptions, fetchTransport } from './transport/fetch.ts'
export type { Transport, TransportRequest } from './transport/transport.ts'
