export type {
  AnyProperties,
  EventCatalogue,
  EventDefinition,
  EventDefinitions,
  EventNameOf,
  EventSource,
  PropertiesOf,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './define-events.ts'
export {
  type Consent,
  type EventContext,
  type Json,
  type JsonObject,
  SYSTEM_EVENTS,
  type SystemEventName,
  type TrackEvent,
  type Utm,
} from './event.ts'
export { LIMITS } from './limits.ts'
