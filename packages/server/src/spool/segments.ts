import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { QueueItem } from '@threadline/core'

/** One append-only file of a spool. */
export interface Segment {
  readonly path: string
  readonly number: number
  /** Bytes written or about to be. */
  bytes: number
  /** Events put into it by this process. */
  appended: number
  /** Events in it that have not left. */
  pending: number
}

/** The segment files of a folder that exist, oldest first. Makes the folder if need be. */
export function listSegments(dir: string): Segment[] {
  mkdirSync(dir, { recursive: true })
  const names = readdirSync(dir).filter((name) => /^\d{10}\.seg$/.test(name))
  return names.sort().map((name) => {
    const path = join(dir, name)
    return { path, number: Number.parseInt(name, 10), bytes: statSync(path).size, appended: 0, pending: 0 }
  })
}

export function newSegment(dir: string, number: number): Segment {
  return { path: join(dir, `${String(number).padStart(10, '0')}.seg`), number, bytes: 0, appended: 0, pending: 0 }
}

/** Appends to segment files and removes them, in the order of the calls; one file is open at a time. */
export interface SegmentWriter {
  /** `item` is the event in `text`, if one is. */
  write(segment: Segment, text: string, item?: QueueItem): void
  remove(segment: Segment): void
  /** Finishes what is under way, and makes it survive a power cut. */
  sync(): Promise<void>
  close(): Promise<void>
  /**
   * Does what is outstanding before it returns, for a process that ends then. A group that was being written may be
   * there twice afterwards.
   */
  finishNow(): void
}

interface Job {
  readonly segment: Segment
  /** Absent to remove the file. */
  readonly text?: string
  readonly item?: QueueItem | undefined
}

/** `written` is told of each completed group, `failed` of each failed one, with the events that are not on disk. */
export function createSegmentWriter(
  written: () => void,
  failed: (error: unknown, segment: Segment, items: readonly QueueItem[]) => void,
): SegmentWriter {
  let jobs: Job[] = []
  /** Taken from `jobs`, and not known to be done. */
  let underWay: readonly Job[] = []
  let running: Promise<void> | undefined
  /** Made by `finishNow`. */
  const claimed = new Set<Segment>()
  let current: { readonly segment: Segment; readonly file: FileHandle; torn: boolean } | undefined

  function schedule(job: Job): void {
    jobs.push(job)
    // Started when the tick ends, so that what is captured together is written together.
    running ??= Promise.resolve()
      .then(work)
      .finally(() => {
        running = undefined
      })
  }

  async function work(): Promise<void> {
    while (jobs.length > 0) {
      const group = groupAtFront(jobs)
      jobs = jobs.slice(group.length)
      underWay = group
      const [{ segment, text }] = group
      try {
        if (text === undefined) await removeFile(segment)
        else await append(segment, textOf(group))
        written()
      } catch (error) {
        fail(error, group)
      }
      underWay = []
    }
  }

  function fail(error: unknown, group: Group): void {
    const [{ segment }] = group
    if (current?.segment === segment) current.torn = true
    failed(
      error,
      segment,
      group.flatMap(({ item }) => item ?? []),
    )
  }

  function doNow(group: Group): void {
    const [{ segment, text }] = group
    try {
      if (text === undefined) rmSync(segment.path, { force: true })
      else {
        if (current?.segment !== segment) claimNow(segment)
        // A line break, as after a torn write: what is under way may have come half-way.
        appendFileSync(segment.path, `\n${textOf(group)}`)
      }
    } catch (error) {
      fail(error, group)
    }
  }

  /** Makes a file, which is another's when it is there, unless it is empty: then it was being made here. */
  function claimNow(segment: Segment): void {
    if (claimed.has(segment)) return
    const isNew = statSync(segment.path, { throwIfNoEntry: false })?.size !== 0
    if (isNew) closeSync(openSync(segment.path, 'ax', 0o600))
    claimed.add(segment)
  }

  async function append(segment: Segment, text: string): Promise<void> {
    if (current?.segment !== segment) {
      await current?.file.close()
      current = undefined
      // A file that is there is another's: a process that was taken for dead must not write into its successor's.
      current = { segment, file: await open(segment.path, 'ax', 0o600), torn: false }
    }
    // After a write that failed half-way, a line break keeps its remains apart from what follows.
    await current.file.appendFile(current.torn ? `\n${text}` : text)
    current.torn = false
  }

  async function removeFile(segment: Segment): Promise<void> {
    if (current?.segment === segment) {
      await current.file.close()
      current = undefined
    }
    await rm(segment.path, { force: true })
  }

  async function idle(): Promise<void> {
    while (running !== undefined) await running
  }

  return {
    write: (segment, text, item) => schedule({ segment, text, item }),
    remove: (segment) => schedule({ segment }),
    async sync() {
      await idle()
      await current?.file.datasync()
    },
    async close() {
      await idle()
      await current?.file.close()
      current = undefined
    },
    finishNow() {
      let rest = [...underWay, ...jobs]
      jobs = []
      while (rest.length > 0) {
        const group = groupAtFront(rest)
        rest = rest.slice(group.length)
        doNow(group)
      }
    },
  }
}

type Group = readonly [Job, ...Job[]]

function textOf(group: Group): string {
  return group.map(({ text }) => text).join('')
}

/** The first job, and with it the following ones that append to the same file. */
function groupAtFront(jobs: readonly Job[]): Group {
  const [first, ...others] = jobs
  if (!first) throw new RangeError('no jobs')
  if (first.text === undefined) return [first]
  const end = others.findIndex(({ segment, text }) => segment !== first.segment || text === undefined)
  return [first, ...(end === -1 ? others : others.slice(0, end))]
}
