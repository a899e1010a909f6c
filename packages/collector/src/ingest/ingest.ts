import { type BatchResponse, type EventCatalogue, type InvalidEvent, LIMITS, type TrackEvent } from '@threadline/schema'
import { batchEnvelope } from '@threadline/schema/zod'
import { overloaded, RequestError } from '../http/request-error.ts'
import type { Access, KeyKind } from '../keys.ts'
import type { AppendOutcome, Count, EventRow } from '../store/store.ts'
import { checkEvent } from './check-event.ts'
import { countInvalid, countLost, countMisplaced } from './count.ts'
import { type Arrival, type RowMaker, toEventRow } from './event-row.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Turns } from './turns.ts'

/** A batch whose envelope is sound; its events are still to be checked. */
export interface Envelope {
  /** In ms since the epoch. */
  readonly sentAt: number
  readonly events: readonly unknown[]
  /** Events the sender gave up, by reason. */
  readonly dropped?: { readonly [reason: string]: number } | undefined
}

export interface IngestOptions extends RowMaker {
  readonly groupCommit: GroupCommit
  readonly turns: Turns
  readonly catalogue: EventCatalogue | undefined
}

export interface Ingest {
  /**
   * Stores what is valid and resolves when it is durable. `checkAs` says by whose rights events are checked: the
   * sender's own unless given.
   */
  store(envelope: Envelope, arrival: Arrival, checkAs?: KeyKind): Promise<BatchResponse>
  /** Counts what is invalid as refused, stores nothing, and tells what it is: for senders who get all or nothing. */
  refuse(envelope: Envelope, arrival: Arrival, checkAs?: KeyKind): Promise<readonly InvalidEvent[]>
  /** Checks as `store` does and stores nothing: `stored` counts what would be taken. */
  validate(envelope: Envelope, sender: Pick<Access, 'project' | 'kind'>): Promise<BatchResponse>
}

interface Checked {
  readonly valid: readonly TrackEvent[]
  readonly invalid: readonly InvalidEvent[]
  /** Names of events that a browser sent and that belong to the server. They are among the invalid ones too. */
  readonly misplaced: readonly string[]
  /** Ids that events of several names have. An answer about one of these names the event as well. */
  readonly shared: ReadonlySet<string>
}

/** Memory is full, which it is only when storing has come to a halt. */
const OVERLOADED_RETRY_AFTER_S = 10

export function createIngest({ groupCommit, turns, catalogue, ...rowMaker }: IngestOptions): Ingest {
  function check(envelope: Envelope, sender: KeyKind): Checked {
    const valid: TrackEvent[] = []
    const invalid: InvalidEvent[] = []
    const misplaced: string[] = []
    const shared = sharedIds(envelope.events)
    for (const value of envelope.events) {
      const result = checkEvent(value, sender, catalogue)
      if (result.ok) valid.push(result.event)
      else
        invalid.push(shared.has(result.invalid.eventId) ? { ...result.invalid, event: nameOf(value) } : result.invalid)
      if (!result.ok && result.misplaced !== undefined) misplaced.push(result.misplaced)
    }
    return { valid, invalid, misplaced, shared }
  }

  /** One of a project's turns: what stands in a request waits for as long as what others brought is looked at. */
  function inTurn<T>({ events }: Envelope, { project }: Pick<Arrival, 'project'>, work: () => T): Promise<T> {
    return turns.run({ owner: { project }, bytes: events.length }, work)
  }

  async function commit(rows: readonly EventRow[], counts: readonly Count[]): Promise<readonly AppendOutcome[]> {
    if (rows.length === 0 && counts.length === 0) return []
    const outcome = groupCommit.submit(rows, counts)
    if (!outcome) throw overloaded(OVERLOADED_RETRY_AFTER_S)
    return await outcome
  }

  return {
    async store(envelope, arrival, checkAs = arrival.sender) {
      const { checked, rows } = await inTurn(envelope, arrival, () => {
        const checked = check(envelope, checkAs)
        return { checked, rows: checked.valid.map((event) => toEventRow(event, arrival, rowMaker)) }
      })
      const { valid, invalid, misplaced, shared } = checked
      const counts = [
        ...countInvalid(invalid, arrival),
        ...countMisplaced(misplaced, arrival),
        ...countLost(envelope.dropped, arrival),
      ]
      const outcomes = await commit(rows, counts)
      const known = valid.filter((_, index) => outcomes[index] === false)
      const refused = valid
        .filter((_, index) => outcomes[index] === 'refused')
        .map((event) => refusedPayment(event, shared))
      const duplicates = known.map(({ eventId }) => eventId)
      const stored = valid.length - known.length - refused.length
      const answer = { stored, duplicates, invalid: [...invalid, ...refused] }
      if (!duplicates.some((eventId) => shared.has(eventId))) return answer
      return { ...answer, duplicateEvents: known.map(({ event }) => event) }
    },
    async refuse(envelope, arrival, checkAs = arrival.sender) {
      const { invalid, misplaced } = await inTurn(envelope, arrival, () => check(envelope, checkAs))
      await commit([], [...countInvalid(invalid, arrival), ...countMisplaced(misplaced, arrival)])
      return invalid
    },
    async validate(envelope, { project, kind }) {
      const { valid, invalid } = await inTurn(envelope, { project }, () => check(envelope, kind))
      return { stored: valid.length, duplicates: [], invalid }
    },
  }
}

function refusedPayment({ event, eventId }: TrackEvent, shared: ReadonlySet<string>): InvalidEvent {
  const message = 'the visitor of this payment or subscription has refused: nothing of it is kept'
  return { eventId, ...(shared.has(eventId) && { event }), code: 'consent_denied', message }
}

/**
 * Reads what surrounds the events.
 *
 * @throws {@link RequestError} `invalid_request` or `too_many_events`.
 */
export function readEnvelope(body: unknown): Envelope {
  const result = batchEnvelope.safeParse(body)
  if (!result.success) {
    const message = result.error.issues[0]?.message ?? 'not a batch'
    throw new RequestError('invalid_request', message)
  }
  const { events, sentAt, dropped } = result.data
  if (events.length > LIMITS.batchEvents) {
    throw new RequestError(
      'too_many_events',
      `a batch holds ${LIMITS.batchEvents} events at most: got ${events.length}`,
    )
  }
  return { sentAt: Date.parse(sentAt), events, dropped }
}

/** Ids that events of different names have: a purchase and its refund may. */
function sharedIds(events: readonly unknown[]): ReadonlySet<string> {
  const names = new Map<string, string>()
  const shared = new Set<string>()
  for (const event of events) {
    const eventId = memberOf(event, 'eventId')
    if (typeof eventId !== 'string') continue
    // As an answer has it.
    const cut = eventId.slice(0, LIMITS.idLength)
    const name = nameOf(event)
    if ((names.get(cut) ?? name) !== name) shared.add(cut)
    names.set(cut, name)
  }
  return shared
}

function nameOf(value: unknown): string {
  const event = memberOf(value, 'event')
  return typeof event === 'string' ? event.slice(0, LIMITS.eventNameLength) : ''
}

function memberOf(value: unknown, name: 'event' | 'eventId'): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
