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
  type EventInput,
  type Json,
  type JsonObject,
  SYSTEM_EVENTS,
  type SystemEventName,
  type TrackEvent,
  type Utm,
} from './event.ts'
export { isCarriedId, isUsableId } from './ids.ts'
export { LIMITS } from './limits.ts'
export { currencyExponent, isCurrency, toMajorNumber, toMajorUnits, toMinorUnits } from './money.ts'
export { utf8Bytes } from './utf8.ts'
export { createUuidv7, type RandomSource, uuidv7 } from './uuid.ts'
export {
  type BatchRequest,
  type BatchResponse,
  type ErrorResponse,
  EVENT_ERROR_CODES,
  type EventErrorCode,
  type InvalidEvent,
  REQUEST_ERROR_CODES,
  type RequestErrorCode,
} from './wire.ts'
