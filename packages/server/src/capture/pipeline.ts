import type { JsonObject, TextOf, TrackEvent } from '@threadline/schema'
import { createBuildEvent, type WritableEvent } from './build.ts'
import { type CatalogueOptions, checkCatalogue } from './catalogue.ts'
import { checkEvent, checkMoney, type OnFlaw } from './check.ts'
import type { UncheckedInput } from './input.ts'
import { copyOf, objectForm } from './json-form.ts'
import { messageOf, shown } from './printable.ts'
import { isPromiseLike } from './promise-like.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/**
 * Changes an event before it is encoded. `null` drops it; a promise holds it back until it settles, at most 10 s.
 *
 * It gets a copy: it may keep the event, and the caller may change its own object meanwhile. Values that JSON does not have
 * (`Map`, `bigint`, `Date`) are still what the caller passed.
 */
export type CaptureHook = (event: TrackEvent) => TrackEvent | null | Promise<TrackEvent | null>

export interface PipelineOptions {
  readonly catalogue: CatalogueOptions | undefined
  readonly hooks: readonly CaptureHook[]
  readonly denylist: ReadonlySet<string> | undefined
  readonly textOf: TextOf | undefined
  /** Told what is wrong with an event that is sent all the same. Without it such an event is refused. */
  readonly onFlaw: OnFlaw | undefined
}

type Result = TrackEvent | Refusal

/**
 * Turns what a caller passed into an event to encode, or says why not. A promise only while a hook is asynchronous.
 * Throws what reading and serialising the caller's objects throws.
 */
export type Pipeline = (input: UncheckedInput, now: number) => Result | Promise<Result>

const DROPPED: Refusal = { reason: 'hook_dropped', message: 'an onCapture hook returned null' }

/** People are found by an address that only their traits have. */
function withEmail(event: TrackEvent): TrackEvent {
  const email = event.event === '$identify' && event.email === undefined ? event.traits?.['email'] : undefined
  return typeof email === 'string' ? { ...event, email } : event
}

export function createPipeline({ catalogue, hooks, denylist, textOf, onFlaw }: PipelineOptions): Pipeline {
  const build = createBuildEvent(textOf)

  function finish(event: WritableEvent, minted: boolean): Result {
    const refusal = checkEvent(event, { minted, onFlaw }) ?? checkMoney(event, onFlaw)
    if (refusal) return refusal
    const checked = catalogue ? checkCatalogue(event, catalogue) : event
    if (isRefusal(checked)) return checked
    const carried = inJsonForm(checked)
    return withEmail(denylist ? redact(carried, denylist) : carried)
  }

  function runHooks(event: TrackEvent, from: number, captured: TrackEvent): Result | Promise<Result> {
    const hook = hooks[from]
    // What a hook made is checked like what a caller passed. A copy: the hook may have frozen its own.
    if (!hook) return finish(withTimeOf(captured, { ...event, ...leftOut(event, captured) }), false)
    // In JavaScript a hook may return nothing: it only looked.
    const next = (result: TrackEvent | null | undefined): Result | Promise<Result> =>
      result === null ? DROPPED : runHooks(result ?? event, from + 1, captured)
    const result = hook(event)
    return isPromiseLike(result) ? Promise.resolve(result).then(next) : next(result)
  }

  return (input, now) => {
    if (typeof input !== 'object' || input === null) {
      return { reason: 'missing_event_name', message: `an event is an object: got ${shown(input)}` }
    }
    const event = build(input, now)
    if (isRefusal(event)) return event
    const minted = input.eventId === undefined
    if (hooks.length === 0) return finish(event, minted)
    const refusal = checkEvent(event, { minted, onFlaw })
    if (refusal) return refusal
    const copy = copyOf<TrackEvent>(event, 'event')
    try {
      const result = runHooks(copy, 0, event)
      return isPromiseLike(result) ? result.catch(hookFailed) : result
    } catch (error) {
      return hookFailed(error)
    }
  }
}

/** A hook in JavaScript may make an event of its own: it is still the one that was captured, at its time. */
function leftOut({ eventId, timestamp }: Partial<TrackEvent>, captured: TrackEvent): Partial<TrackEvent> {
  return {
    ...(eventId === undefined && { eventId: captured.eventId }),
    ...(timestamp === undefined && { timestamp: captured.timestamp }),
  }
}

/** A time that a hook has set was not read off the clock. */
function withTimeOf({ timestamp, stamped }: TrackEvent, event: WritableEvent): WritableEvent {
  delete event.stamped
  if (stamped && event.timestamp === timestamp) event.stamped = true
  return event
}

function hookFailed(error: unknown): Refusal {
  return { reason: 'hook_failed', message: `an onCapture hook failed: ${messageOf(error)}` }
}

/** The event itself where nothing in it has to change. */
function inJsonForm(event: TrackEvent): TrackEvent {
  const properties = objectForm(event.properties, 'properties')
  const traits = objectForm(event.traits, 'traits')
  return properties === event.properties && traits === event.traits ? event : { ...event, properties, traits }
}

/** Through JSON: it reaches every depth, and whatever a `toJSON` brings to light. */
function redact(event: TrackEvent, denylist: ReadonlySet<string>): TrackEvent {
  const clean = (object: JsonObject | undefined): JsonObject | undefined =>
    object &&
    (JSON.parse(JSON.stringify(object, (key, value: unknown) => (denylist.has(key) ? undefined : value))) as JsonObject)
  return { ...event, properties: clean(event.properties), traits: clean(event.traits) }
}
