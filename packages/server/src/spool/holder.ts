import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { isErrorCode } from './error-code.ts'

/** Who holds a folder. No two holders that live at the same time are described alike, wherever they run. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /**
   * The process table in which `thread` and `pid` mean something. Two containers have two, also with one host name;
   * each boot has its own. Absent where the system does not tell.
   */
  readonly table?: string
  /** The thread below `/proc`, as in `4711/task/4712`; empty where there is no `/proc`. */
  readonly thread: string
  /** When the thread started, in clock ticks since boot, because ids are used again; empty where there is no `/proc`. */
  readonly started: string
}

/** Describes the calling thread. */
export function thisHolder(): Holder {
  const thread = attempt(() => readlinkSync('/proc/thread-self')) ?? ''
  const table = thread === '' ? tableWithoutProc() : procTable()
  return {
    pid: process.pid,
    host: hostname(),
    ...(table !== undefined && { table }),
    thread,
    started: (thread !== '' && startOf(thread)) || '',
  }
}

/** Whether a holder lives, as far as the kernel tells; `undefined` when only its heartbeat can. */
export function isAlive(holder: Holder, self: Holder): boolean | undefined {
  if (holder.table === undefined || holder.table !== self.table) return undefined
  if (holder.thread === '') return isGone(holder.pid) ? false : undefined
  const started = startOf(holder.thread)
  if (started !== undefined && started !== holder.started) return false
  // The thread lives. When it is this very thread, its client may still be gone, as after a test file or a reload.
  if (started !== undefined) return holder.thread === self.thread ? undefined : true
  const [processEntry = ''] = holder.thread.split('/')
  // Mounted with `hidepid`, `/proc` shows a process only to those who may inspect it.
  return existsSync(`/proc/${processEntry}`) || isGone(holder.pid) ? false : undefined
}

/** Names a holder in an error message. */
export function describeHolder(holder: Holder, self: Holder): string {
  if (holder.table === undefined || holder.table !== self.table || holder.pid !== self.pid) {
    return `process ${holder.pid} on ${holder.host}`
  }
  return holder.thread === self.thread ? 'another client of this process' : 'another thread of this process'
}

function procTable(): string | undefined {
  return attempt(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // A process may see the table of another namespace than its own, so that both count.
    return `${boot} ${readlinkSync('/proc/self/ns/pid')} ${statSync('/proc').dev}`
  })
}

/** macOS and Windows have one process table a machine. */
function tableWithoutProc(): string | undefined {
  return process.platform === 'darwin' || process.platform === 'win32' ? `${process.platform} ${hostname()}` : undefined
}

function startOf(thread: string): string | undefined {
  return attempt(() => {
    const stat = readFileSync(`/proc/${thread}/stat`, 'utf8')
    // The name of the thread, in brackets, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  })
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return isErrorCode(error, 'ESRCH')
  }
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
