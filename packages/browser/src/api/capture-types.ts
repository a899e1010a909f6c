import type {
  AnyProperties,
  EventCatalogue,
  EventNameOf,
  PropertiesOf,
  StandardCatalogue,
  SystemEventName,
} from '@threadline/schema'
import type { CaptureOptions } from '../contract/instance.ts'

/** Names that may be captured with a catalogue: any, unless it is closed. */
export type CapturableName<Catalogue extends EventCatalogue> =
  | EventNameOf<Catalogue>
  | (Catalogue['closed'] extends true ? never : Exclude<string, SystemEventName> & {})

/** What follows the name in `capture`: properties as the catalogue has them, optional when all of them are. */
export type CaptureArguments<Catalogue extends EventCatalogue, Name> =
  Name extends EventNameOf<Catalogue>
    ? Record<string, never> extends PropertiesOf<Catalogue, Name>
      ? [properties?: PropertiesOf<Catalogue, Name>, options?: CaptureOptions]
      : [properties: PropertiesOf<Catalogue, Name>, options?: CaptureOptions]
    : [properties?: AnyProperties, options?: CaptureOptions]

/**
 * Captures an event. Returns at once, never throws, does no network I/O; what it refuses goes to `onDrop` and `onError`.
 *
 * Properties are serialised before it returns, so that changing them later changes nothing. `options` carry what is
 * not a property: your own `eventId`, `value` in integer minor units with its `currency`, a `timestamp` in the past.
 */
export type Capture<Catalogue extends EventCatalogue = StandardCatalogue> = <
  const Name extends CapturableName<Catalogue>,
>(
  event: Name,
  ...rest: CaptureArguments<Catalogue, Name>
) => void
