import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { isThreadlineError, ThreadlineError } from '@threadline/core'
import { isErrorCode } from './error-code.ts'
import { describeHolder, type Holder, isAlive, thisHolder } from './holder.ts'

/** How often a holder shows that it lives, to those whose kernel cannot tell them. */
export const HEARTBEAT_MS = 5_000
/** Without a sign of life for so long, a holder of whom the kernel tells nothing counts as gone. */
const LEASE_MS = 20_000

const LOCK = /^lock\.(\d+)$/
const CLAIM = /^claim\./

export interface Lock {
  /** Shows that the holder lives; to be called every {@link HEARTBEAT_MS}. False once another has taken the folder. */
  renew(): boolean
  release(): void
}

interface Claim extends Holder {
  readonly released?: boolean
}

/**
 * Takes the folder for one client of this thread. A lock whose holder is gone is taken over.
 *
 * Every holder has a lock file of its own, numbered one up from the last; the highest number holds the folder. Only a
 * higher holder removes lower files, so a number is never given twice and nobody can remove the lock of somebody who
 * was faster.
 *
 * @throws ThreadlineError `spool_failed`, when the folder is held or cannot be written.
 */
export function takeLock(dir: string): Lock {
  const self = thisHolder()
  try {
    mkdirSync(dir, { recursive: true })
    const number = claimNext(dir, self)
    const path = lockPath(dir, number)
    removeRemains(dir, number, statSync(path).mtimeMs)
    return {
      renew: () => overwrite(path, self),
      // The file stays: without it, numbers would start again.
      release: () => void overwrite(path, { ...self, released: true }),
    }
  } catch (cause) {
    throw isThreadlineError(cause) ? cause : unusable(dir, cause)
  }
}

/** @returns the number of the lock that is now this thread's. */
function claimNext(dir: string, self: Holder): number {
  const room = mkdtempSync(join(dir, 'claim.'))
  try {
    const claim = join(room, 'lock')
    writeFileSync(claim, JSON.stringify(self), { mode: 0o600 })
    const last = highest(dir)
    if (last > 0) assertFree(dir, last, { self, now: statSync(claim).mtimeMs })
    const path = lockPath(dir, last + 1)
    if (!publish(claim, path, self)) throw inUse(dir, 'another process that starts')
    // Between the look and the claim, others may have come and gone, and this number with them.
    if (highest(dir) === last + 1) return last + 1
    rmSync(path, { force: true })
    throw inUse(dir, 'another process that starts')
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

/** `now` is the time of the disk, which may be that of another machine. */
function assertFree(dir: string, number: number, { self, now }: { self: Holder; now: number }): void {
  const path = lockPath(dir, number)
  const heartbeat = statSync(path, { throwIfNoEntry: false })
  // A higher holder has removed it.
  if (!heartbeat) throw inUse(dir, 'another process that starts')
  const claim = parseClaim(readFileSync(path, 'utf8'))
  if (claim?.released) return
  const alive = (claim && isAlive(claim, self)) ?? now - heartbeat.mtimeMs < LEASE_MS
  if (alive) throw inUse(dir, claim ? describeHolder(claim, self) : 'a process that has not said which')
}

/** Puts a claim in place, whole and only if there is none; false when there is. */
function publish(claim: string, path: string, self: Holder): boolean {
  try {
    linkSync(claim, path)
    return true
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false
    return publishWithoutLinks(path, self)
  }
}

/** FAT and some network disks have no hard links. A reader may then meet half a claim, which counts as alive. */
function publishWithoutLinks(path: string, self: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(self), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Writes, never truncates: a reader must not find an empty file. False when the file is gone. */
function overwrite(path: string, claim: Claim): boolean {
  let file: number
  try {
    file = openSync(path, 'r+')
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return false
    throw error
  }
  try {
    // Written, not touched: the disk itself then sets the time, by the clock that others compare it with.
    writeSync(file, JSON.stringify(claim), 0)
    return true
  } finally {
    closeSync(file)
  }
}

/** Removes the locks of former holders, and the claims of processes that were killed while they made them. */
function removeRemains(dir: string, number: number, now: number): void {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name)
    const isLower = Number(LOCK.exec(name)?.[1] ?? number) < number
    if (isLower || (CLAIM.test(name) && isOlder(path, now - LEASE_MS))) rmSync(path, { recursive: true, force: true })
  }
}

function isOlder(path: string, timeMs: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && stat.mtimeMs < timeMs
}

/** The highest number of a lock file; 0 when there is none. */
function highest(dir: string): number {
  return Math.max(0, ...readdirSync(dir).map((name) => Number(LOCK.exec(name)?.[1] ?? 0)))
}

function lockPath(dir: string, number: number): string {
  return join(dir, `lock.${number}`)
}

function parseClaim(text: string): Claim | undefined {
  try {
    return JSON.parse(text) as Claim
  } catch {
    // Half written.
    return undefined
  }
}

function inUse(dir: string, by: string): ThreadlineError {
  const message = `spool: ${dir} is in use by ${by}; events are held in memory only. Give each client a folder of its own`
  return new ThreadlineError('spool_failed', message)
}

function unusable(dir: string, cause: unknown): ThreadlineError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ThreadlineError('spool_failed', `spool: cannot use ${dir}: ${message}`, { cause })
}
