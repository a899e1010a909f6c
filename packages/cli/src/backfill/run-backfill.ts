import { setTimeout as sleep } from 'node:timers/promises'
import type { TrackEvent } from '@threadline/schema'
import { isThreadlineError, type ServerClient } from '@threadline/server'
import { CliError, usageError } from '../cli-error.ts'
import type { Connection } from '../connection.ts'
import { createDelivery, fatalError } from './delivery.ts'
import { createOpenLines } from './open-lines.ts'
import type { Pace } from './pace.ts'
import { RowError } from './row-error.ts'
import { rowId } from './row-id.ts'
import type { SourceRow } from './source-row.ts'
import type { BackfillState } from './state.ts'

/** A row that is no event, and why. */
export interface RefusedRow {
  /** Line of the file, from 1. */
  readonly line: number
  readonly code: string
  readonly message: string
}

/** What became of the rows of one run. */
export interface BackfillResult {
  /** Rows that an earlier run had done. */
  readonly skipped: number
  /** Rows read after those. */
  readonly rows: number
  /** Events that are stored now and were not before; in a dry run, that would be taken. */
  readonly stored: number
  /** Events that the collector had already. */
  readonly duplicates: number
  readonly refused: number
}

export interface BackfillOptions {
  readonly connection: Connection
  readonly rows: AsyncIterable<SourceRow>
  /** The events of a row, usually one. @throws RowError */
  readonly toEvents: (row: SourceRow) => readonly TrackEvent[]
  readonly dryRun: boolean
  readonly pace: Pace
  /** Where an earlier run stopped. */
  readonly resume: Pick<BackfillState, 'rows' | 'lastRow'> | undefined
  /** Called now and then with how far it has come, when all of that is stored or refused. */
  readonly save: (done: Pick<BackfillState, 'rows' | 'lastRow'>) => Promise<void>
  /** Resolves when there is room for more of them. */
  readonly onRefused: (row: RefusedRow) => Promise<void>
  readonly onTrouble: (message: string) => void
  /** Something was read or answered: the last row read, and how many rows before it are done. */
  readonly onProgress: (row: SourceRow, confirmed: number) => void
  /** Ends it early, with the reason as its error: what has been read is still delivered, for 10 s at most. */
  readonly signal: AbortSignal
}

/** How often the state is saved. A kill costs the rows of that time, which are sent again and count once. */
const SAVE_EVERY_MS = 1_000

/** Time without any answer after which it gives up. */
const STALLED_MS = 60_000

/** The longest a timer takes. A stall is noticed elsewhere. */
const NO_DEADLINE_MS = 2 ** 31 - 1

/** A place in the file. */
interface Place {
  readonly rows: number
  readonly lastRow: string
}

/**
 * Sends the rows of a file, as fast as they are taken, and keeps track of how far it is safe to have come.
 *
 * @returns what became of the rows.
 * @throws CliError with the reason why it ended early. The state is saved first.
 */
export async function runBackfill(options: BackfillOptions): Promise<BackfillResult> {
  const { resume, toEvents, pace } = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const lines = createOpenLines()
  const counts = { skipped: 0, rows: 0, refused: 0 }
  let confirmed = 0
  let latest: SourceRow | undefined
  /** False when an event may have been lost: then no place is safe any more but the one that was saved last. */
  let isSound = true
  let captured: Place | undefined
  let saved: Place | undefined

  function showProgress(): void {
    // A row of several events is confirmed as often, which must not show more rows than were read.
    if (latest) options.onProgress(latest, counts.skipped + Math.min(confirmed, counts.rows))
  }

  async function refuse(row: RefusedRow): Promise<void> {
    counts.refused += 1
    confirmed += 1
    await options.onRefused(row)
  }

  const client = createDelivery({
    ...options.connection,
    dryRun: options.dryRun,
    onRefused(eventId = '', code, message) {
      void refuse({ line: lines.take(eventId) ?? 0, code, message })
    },
    onDelivered(eventIds) {
      confirmed += eventIds.length
      showProgress()
      for (const eventId of eventIds) lines.take(eventId)
    },
    onFatal(error) {
      isSound = false
      stop.abort(error)
    },
    onTrouble: options.onTrouble,
  })

  async function* eventsIn(row: SourceRow): AsyncGenerator<TrackEvent> {
    const made = convert(row, toEvents)
    if (made instanceof RowError) {
      await refuse({ line: row.line, code: made.code, message: made.message })
      return
    }
    for (const event of made) {
      await pace(signal)
      lines.add(event.eventId, row.line)
      yield event
    }
  }

  async function* events(): AsyncGenerator<TrackEvent> {
    for await (const row of options.rows) {
      signal.throwIfAborted()
      if (resume && row.number <= resume.rows) {
        skip(row, resume)
        counts.skipped += 1
        continue
      }
      counts.rows += 1
      yield* eventsIn(row)
      captured = { rows: row.number, lastRow: rowId(row) }
      latest = row
      showProgress()
    }
    if (resume && counts.skipped < resume.rows) throw changedFile()
  }

  /** Saves a place that has been reached; nothing when it is saved already. */
  async function save(place: Place | undefined): Promise<void> {
    if (!place || place === saved || !isSound || options.dryRun) return
    await options.save(place)
    saved = place
  }

  async function keepSaving(): Promise<void> {
    while (!signal.aborted) {
      const place = captured
      await settled(client, signal)
      await save(place)
      await sleep(SAVE_EVERY_MS, undefined, { signal })
    }
  }

  const saving = keepSaving().catch((error) => {
    // Ended because of the signal, most of the time, and then this changes nothing.
    stop.abort(error)
  })
  let failure: unknown
  try {
    await client.backfill(events(), { signal, timeoutMs: NO_DEADLINE_MS })
  } catch (error) {
    failure = toCliError(signal.aborted ? signal.reason : error)
  }
  stop.abort()
  await saving
  const { pending } = await client.shutdown()
  if (pending === 0) await save(captured)
  if (failure !== undefined) throw failure
  const { delivered, duplicates } = client.stats()
  return { ...counts, stored: delivered - duplicates, duplicates }
}

/** Waits until all that was captured has an answer. @throws CliError `unavailable` when no answer comes at all. */
async function settled(client: ServerClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { delivered } = client.stats()
    try {
      await client.flush({ timeoutMs: STALLED_MS, signal })
      return
    } catch (error) {
      const isTimeout = isThreadlineError(error) && error.code === 'flush_timeout'
      // Slow is not stalled.
      if (isTimeout && client.stats().delivered > delivered) continue
      const message = `the collector has not answered for ${STALLED_MS / 1_000} s`
      throw isTimeout ? new CliError('unavailable', message, { cause: error }) : error
    }
  }
}

/** The client's error in this program's terms; any other error as it is. */
function toCliError(error: unknown): unknown {
  if (!isThreadlineError(error)) return error
  return fatalError(error) ?? new CliError('unavailable', error.message, { cause: error })
}

function convert(
  row: SourceRow,
  toEvents: (row: SourceRow) => readonly TrackEvent[],
): readonly TrackEvent[] | RowError {
  try {
    return toEvents(row)
  } catch (error) {
    if (error instanceof RowError) return error
    throw error
  }
}

/** Passes over a row that is done, and looks whether the last of them is the one that was done. */
function skip(row: SourceRow, resume: Pick<BackfillState, 'rows' | 'lastRow'>): void {
  if (row.number === resume.rows && rowId(row) !== resume.lastRow) throw changedFile()
}

function changedFile(): CliError {
  return usageError(
    'the file has changed where the last run stopped. --restart begins anew; what is stored already counts once',
  )
}
