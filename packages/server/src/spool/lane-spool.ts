import { readFile } from 'node:fs/promises'
import { type QueueItem, ThreadlineError } from '@threadline/core'
import { isErrorCode } from './error-code.ts'
import { eventLine, leftLine, parseLine, type SeqRange, type SpoolRecord, toRanges } from './record.ts'
import { createSegmentWriter, listSegments, newSegment, type Segment } from './segments.ts'

export interface LaneSpoolOptions {
  readonly dir: string
  /** Most bytes on disk. */
  readonly maxBytes: number
  readonly byteLength: (text: string) => number
  readonly onError: (error: ThreadlineError) => void
  /** Called after each group of writes. */
  readonly onWritten: () => void
}

/** The events of one destination on disk. */
export interface LaneSpool {
  append(item: QueueItem): void
  /** Notes that events have left, by whatever way; what is not in the spool is ignored. */
  left(items: readonly QueueItem[]): void
  /** Hands out what an earlier process left, in order, waiting for `room` before each event. */
  replay(take: (item: QueueItem) => void, room: () => Promise<void>): Promise<void>
  holds(item: QueueItem): boolean
  sync(): Promise<void>
  /** Writes what is outstanding and removes the files that hold nothing any more. A replay ends where it is. */
  close(): Promise<void>
  /** The same before it returns, for a process that ends then. */
  closeNow(): void
  /** Lets the files be: they are another process's now. */
  abandon(): Promise<void>
}

/** Files of a quarter of a percent to a sixteenth of the bound: space comes back in pieces of this size. */
const SEGMENTS = 16
const MAX_SEGMENT_BYTES = 4_194_304

/** @throws what the file system throws. */
export function createLaneSpool({ dir, maxBytes, byteLength, onError, onWritten }: LaneSpoolOptions): LaneSpool {
  const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.ceil(maxBytes / SEGMENTS))
  const earlier = listSegments(dir)
  /** Oldest first. Files go in this order only: a later one may note what left an earlier one. */
  const segments = [...earlier]
  const places = new WeakMap<QueueItem, { readonly segment: Segment; readonly seq: number }>()
  let replayed = earlier.length === 0
  let lastNumber = segments.at(-1)?.number ?? 0
  let troubled = false
  let abandoned = false
  let closed = false
  const writer = createSegmentWriter(
    () => {
      troubled = false
      onWritten()
    },
    (error, segment, items) => {
      // Another process's file. The next event goes to the next number.
      if (isErrorCode(error, 'EEXIST') && segments.at(-1) === segment) segments.pop()
      for (const item of items) if (places.delete(item)) segment.pending -= 1
      trouble(`cannot write to ${dir}: ${error instanceof Error ? error.message : String(error)}`, error)
    },
  )

  /** Once per episode: every event would flood the log. */
  function trouble(message: string, cause?: unknown): void {
    if (troubled) return
    troubled = true
    onError(new ThreadlineError('spool_failed', `spool: ${message}; events are held in memory only`, { cause }))
  }

  function current(): Segment {
    const last = segments.at(-1)
    // Never appended to: the end of an earlier process's file may be torn.
    if (last && last.bytes < segmentBytes && !earlier.includes(last)) return last
    lastNumber += 1
    const segment = newSegment(dir, lastNumber)
    segments.push(segment)
    return segment
  }

  /** Removes files from the oldest on while they hold nothing that waits; the newest only when `whole`. */
  function prune(whole: boolean): void {
    while (replayed && !abandoned && segments[0]?.pending === 0 && (whole || segments.length > 1)) {
      writer.remove(segments[0])
      segments.shift()
    }
  }

  async function read(segment: Segment, each: (record: SpoolRecord) => Promise<void> | void): Promise<number> {
    const lines = (await readText(segment.path)).split('\n')
    let damaged = 0
    let lastSeq = 0
    for (const line of lines) {
      if (line === '' || abandoned || closed) continue
      const record = parseLine(line, byteLength)
      if (!record) damaged += 1
      else if (record.kind === 'left') await each(record)
      // A process that ended while it wrote may have written the same again.
      else if (record.seq > lastSeq) {
        lastSeq = record.seq
        await each(record)
      }
    }
    return damaged
  }

  /** What earlier processes noted as gone, by segment. */
  async function readGone(): Promise<Map<number, Set<number>>> {
    const gone = new Map<number, Set<number>>()
    let damaged = 0
    for (const segment of earlier) {
      damaged += await read(segment, (record) => {
        if (record.kind === 'event') segment.pending += 1
        else for (const range of record.places) markGone(gone, range)
      })
    }
    if (damaged === 0) return gone
    const message = `spool: ${damaged} damaged lines in ${dir} were skipped`
    onError(new ThreadlineError('spool_failed', message))
    return gone
  }

  return {
    append(item) {
      const segment = current()
      const seq = segment.appended + 1
      const line = eventLine(seq, item)
      const bytes = byteLength(line)
      if (segments.reduce((sum, each) => sum + each.bytes, bytes) > maxBytes) {
        trouble(`${dir} has reached ${maxBytes} bytes`)
        return
      }
      places.set(item, { segment, seq })
      segment.appended = seq
      segment.pending += 1
      segment.bytes += bytes
      writer.write(segment, line, item)
    },
    left(items) {
      const leaving: { segment: number; seq: number }[] = []
      for (const item of items) {
        const place = places.get(item)
        if (!place) continue
        places.delete(item)
        place.segment.pending -= 1
        leaving.push({ segment: place.segment.number, seq: place.seq })
      }
      if (leaving.length === 0) return
      const line = leftLine(toRanges(leaving))
      const segment = current()
      segment.bytes += line.length
      writer.write(segment, line)
      prune(false)
    },
    async replay(take, room) {
      const gone = await readGone()
      for (const segment of earlier) {
        await read(segment, async (record) => {
          if (record.kind !== 'event') return
          const { seq, item } = record
          if (gone.get(segment.number)?.has(seq)) {
            segment.pending -= 1
            return
          }
          await room()
          // The next process has it then, and this one no queue for it any more.
          if (closed || abandoned) return
          places.set(item, { segment, seq })
          take(item)
        })
      }
      if (closed) return
      replayed = true
      prune(false)
    },
    holds: (item) => places.has(item),
    sync: writer.sync,
    async close() {
      closed = true
      prune(true)
      await writer.close()
    },
    closeNow() {
      closed = true
      prune(true)
      writer.finishNow()
    },
    async abandon() {
      abandoned = true
      await writer.close()
    },
  }
}

/** Empty when the file is gone: a process that was taken for dead may still have removed what it had delivered. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return ''
    throw error
  }
}

function markGone(gone: Map<number, Set<number>>, { segment, first, last }: SeqRange): void {
  const seqs = gone.get(segment) ?? new Set()
  gone.set(segment, seqs)
  for (let seq = first; seq <= last; seq += 1) seqs.add(seq)
}
