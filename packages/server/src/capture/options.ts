import type { EventCatalogue } from '@threadline/schema'
import type { CaptureHook } from './pipeline.ts'

/** How events are checked and changed before they are encoded. */
export interface CaptureOptions<Catalogue extends EventCatalogue> {
  /** The catalogue that types `capture` and is checked at capture. The standard catalogue, as types only, unless given. */
  readonly events?: Catalogue | undefined
  /**
   * What happens to an event that does not match its schema in `events`: `report` sends it and tells `onError`, `throw`
   * refuses it, `off` does not look.
   *
   * @defaultValue `'throw'` when `strict`, else `'report'`
   */
  readonly validate?: 'report' | 'throw' | 'off' | undefined
  /**
   * Whether `capture` throws what it refuses, in place of telling `onError` and `onDrop`.
   *
   * @defaultValue true when `NODE_ENV` is `development` or `test`, read at the first capture
   */
  readonly strict?: boolean | undefined

  /**
   * Enriches, redacts or drops an event before it is encoded; several run in order. They get a copy of what the caller
   * passed. `null` drops the event; one that throws drops it too, since a redaction that failed must not leak.
   */
  readonly onCapture?: CaptureHook | readonly CaptureHook[] | undefined
  /** Names of properties and traits that never leave, at any depth. */
  readonly propertyDenylist?: readonly string[] | undefined
}
