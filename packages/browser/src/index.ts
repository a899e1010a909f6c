export { type DropReason, isThreadlineError, type ThreadlineError, type ThreadlineErrorCode } from '@threadline/core'
export { scrub } from '@threadline/schema'
export type { CapturableName, Capture, CaptureArguments } from './api/capture-types.ts'
export type { BrowserClient, TypedConfig } from './api/client.ts'
export { createBrowserClient } from './api/create-client.ts'
export { addIdField } from './api/form-field.ts'
export { excludeOwnVisits } from './api/own-visits.ts'
export {
  alias,
  capture,
  consent,
  destroy,
  flush,
  getAnonymousId,
  getSessionId,
  group,
  hasOptedOut,
  headers,
  identify,
  init,
  optIn,
  optOut,
  page,
  reset,
  setAnonymousId,
  storage,
} from './api/singleton.ts'
export {
  checkoutCancelled,
  checkoutStarted,
  contentViewed,
  featureUsed,
  leadCreated,
  signedUp,
  subscriptionCancelled,
  trialStarted,
} from './api/standard-captures.ts'
export type { StorageState, UserId } from './api/verbs.ts'
export type { BrowserConfig } from './contract/config.ts'
export type { CaptureOptions, Part } from './contract/instance.ts'
export type { CaptureHook, ConsentChoice, DroppedEvent, PageviewRule, PageviewRules } from './contract/settings.ts'
export { allowParams } from './page/allow-params.ts'
export { dropAutomated } from './page/automation.ts'
export { chain } from './page/chain.ts'
export { clickIds } from './page/click-ids.ts'
export { fragments } from './page/fragments.ts'
export { type GlobalProperties, globalProperties } from './page/global-properties.ts'
export { type LinkClicksOptions, linkClicks } from './page/link-clicks.ts'
export { linkDecoration } from './page/link-decoration.ts'
export { pageAddress } from './page/page-address.ts'
export { pageLeave } from './page/page-leave.ts'
export { byHash, byPath, byQuery } from './page/pageview-rules.ts'
export { shareVisitorId } from './page/share-visitor-id.ts'
export { storedId } from './page/stored-id.ts'
export { readTouches, type Touch, type Touches, type TouchesOptions, touches } from './page/touches.ts'
export { trackAttributes } from './page/track-attributes.ts'
export { memoryOnly, partitionedCookies } from './platform/stores.ts'
