// Named in the types of a client: with pnpm, an app that depends on this package alone could not name them otherwise.
export type { Destination, Outcome, QueueStats } from '@threadline/core'
export {
  type DropReason,
  FlushError,
  type FlushOptions,
  type FlushResult,
  isThreadlineError,
  ThreadlineError,
  type ThreadlineErrorCode,
} from '@threadline/core'
export type { Consent, EventCatalogue, EventDefinitions, StandardCatalogue, TrackEvent } from '@threadline/schema'
export type { GroupOptions, SubjectOptions } from './capture/alias-and-group.ts'
export type { IdentifyOptions } from './capture/identify.ts'
export type { CapturableName, CaptureFields, CaptureInput, EventFields } from './capture/input.ts'
export type { CaptureHook } from './capture/pipeline.ts'
export { scrub } from './capture/scrub.ts'
export type { StandardVerb, StandardVerbs } from './capture/standard-verbs.ts'
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
} from './client/captures.ts'
export type { HandledSignal, ServerClientOptions } from './client/options.ts'
export type {
  BackfillOptions,
  BackfillResult,
  ClientStats,
  ServerClient,
  ShutdownOptions,
  ShutdownResult,
} from './client/server-client.ts'
export type { RequestOptions } from './delivery/request-options.ts'
export type { CaptureResult } from './delivery/verdict.ts'
export type { ProxyTrust } from './identity/client-ip.ts'
export { type CookieOwner, type IdentityCookieOptions, identityCookie } from './identity/identity-cookie.ts'
export {
  type IdentityOptions,
  identityFrom,
  type RequestContext,
  type RequestIdentity,
} from './identity/identity-from.ts'
export type { HeadersLike, RequestLike } from './identity/request.ts'
export type { DeliveredEvents, DroppedEvent, ReportHooks } from './reports/reports.ts'
export type { RequestReport } from './reports/requests.ts'
export { createServerClient } from './runtimes/edge.ts'
export type { Scope, ScopeOptions } from './scope/scope.ts'
export type { SpoolOptions } from './spool/options.ts'
export type { ConnectionOptions, RequestDispatcher } from './transport/connection.ts'
export { type FetchTransportOptions, fetchTransport } from './transport/fetch.ts'
export type { Transport, TransportRequest } from './transport/transport.ts'
