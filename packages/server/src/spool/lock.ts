import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isThreadlineError, ThreadlineError } from '@threadline/core'

/** How often the owner shows that it lives, to processes on other machines that share the folder. */
export const HEARTBEAT_MS = 5_000
/** Without a sign of life for so long, an owner on another machine counts as gone. */
const LEASE_MS = 20_000

interface Owner {
  readonly pid: number
  readonly host: string
  /** When the process started, as far as the system tells: process ids are used again. */
  readonly started: string
}

export interface Lock {
  /** To be called every {@link HEARTBEAT_MS}. */
  renew(): void
  release(): void
}

/** Folders held by this process: its own id in a lock file cannot tell them from those of a dead predecessor. */
const held = new Set<string>()

/**
 * Takes the folder for this process. A lock that a dead process left is taken over.
 *
 * @throws ThreadlineError `spool_failed`, when another process holds it or the folder cannot be written.
 */
export function takeLock(dir: string): Lock {
  const path = join(dir, 'lock')
  const self: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
  try {
    mkdirSync(dir, { recursive: true })
    if (held.has(path)) throw inUse(dir, 'another client of this process')
    if (!create(path, self)) takeOver(dir, path, self)
  } catch (cause) {
    throw isThreadlineError(cause) ? cause : unusable(dir, cause)
  }
  held.add(path)
  return {
    renew() {
      const now = new Date()
      utimesSync(path, now, now)
    },
    release() {
      held.delete(path)
      rmSync(path, { force: true })
    },
  }
}

/** False when the file exists. */
function create(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function takeOver(dir: string, path: string, self: Owner): void {
  const before = readFileSync(path, 'utf8')
  const owner = parseOwner(before)
  if (owner && isAlive(owner, path, self)) throw inUse(dir, `process ${owner.pid} on ${owner.host}`)
  const aside = `${path}.${process.pid}`
  renameSync(path, aside)
  const moved = readFileSync(aside, 'utf8')
  // Another process was faster, and what was moved away is its lock: it gets it back.
  if (moved !== before) linkSync(aside, path)
  rmSync(aside, { force: true })
  if (moved !== before || !create(path, self)) throw inUse(dir, 'another process that starts')
}

function isAlive(owner: Owner, path: string, self: Owner): boolean {
  if (owner.host !== self.host) return Date.now() - statSync(path).mtimeMs < LEASE_MS
  // The id is this process's own, which holds no such lock: a predecessor had it, as in a restarted container.
  if (owner.pid === self.pid) return false
  return isRunning(owner.pid) && owner.started === startOf(owner.pid)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Clock ticks from boot to the start of a process, on Linux; elsewhere the id alone has to do. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    // Cut short by a crash.
    return undefined
  }
}

function inUse(dir: string, by: string): ThreadlineError {
  return new ThreadlineError('spool_failed', `spool: ${dir} is in use by ${by}; events are held in memory only`)
}

function unusable(dir: string, cause: unknown): ThreadlineError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ThreadlineError('spool_failed', `spool: cannot use ${dir}: ${message}`, { cause })
}
