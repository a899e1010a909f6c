import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Holder, thisHolder } from './holder.ts'
import { takeLock } from './lock.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Puts a lock in place as another holder would, with its last sign of life so long ago. */
function leave(claim: object | string, silentMs = 0, number = 1): void {
  const path = join(dir, `lock.${number}`)
  writeFileSync(path, typeof claim === 'string' ? claim : JSON.stringify(claim))
  const time = new Date(Date.now() - silentMs)
  utimesSync(path, time, time)
}

function locks(): string[] {
  return readdirSync(dir).sort()
}

const self = thisHolder()
const here: Holder = { ...self }
const elsewhere: Holder = { ...self, table: 'another container' }
const goneId = spawnSync('true').pid
const refused = expect.objectContaining({ code: 'spool_failed', message: expect.stringContaining('in use') })

function startOf(id: number): string {
  const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

test('one client at a time, which need not be the first', () => {
  const first = takeLock(dir)
  expect(() => takeLock(dir)).toThrow(refused)
  first.release()
  const second = takeLock(dir)
  expect(() => takeLock(dir)).toThrow('in use by another client of this process')
  // Late, and of no effect on the one who holds the folder now.
  first.release()
  expect(() => takeLock(dir)).toThrow(refused)
  second.release()
  takeLock(dir).release()
})

describe.skipIf(!existsSync('/proc/thread-self'))('where the kernel tells who lives', () => {
  test('a process of this machine counts by its id and start, however long it was silent', () => {
    // The test runner's parent lives as long as the test.
    const parent = { ...here, pid: process.ppid, thread: `${process.ppid}/task/${process.ppid}` }
    leave({ ...parent, started: startOf(process.ppid) }, 3_600_000)
    expect(() => takeLock(dir)).toThrow(`in use by process ${process.ppid} on ${hostname()}`)
    leave({ ...parent, started: '1' })
    takeLock(dir).release()
  })

  test.each([
    ['a process that is gone', { ...here, pid: goneId, thread: `${goneId}/task/${goneId}` }],
    ['a thread of this process that is gone', { ...here, thread: `${process.pid}/task/${goneId}` }],
    ['a predecessor with this very id, as in a restarted container', { ...here, started: '1' }],
  ])('takes over at once what was left by %s', (_what, claim) => {
    leave(claim)
    takeLock(dir).release()
  })
})

test.each([
  ['another container, of this host name and with this process id', elsewhere],
  ['another machine', { pid: 1, host: 'elsewhere', thread: '', started: '' }],
  ['a client of this thread, which may be gone without a shutdown', here],
  ['a claim that is half written', '{"pid":'],
])('a sign of life counts for 20 seconds: %s', (_what, claim) => {
  leave(claim)
  expect(() => takeLock(dir)).toThrow(refused)
  leave(claim, 19_000)
  expect(() => takeLock(dir)).toThrow(refused)
  leave(claim, 21_000)
  takeLock(dir).release()
})

test('compares signs of life by the clock of the disk, not by its own', () => {
  leave(elsewhere)
  const now = Date.now
  Date.now = () => now() + 3_600_000
  try {
    expect(() => takeLock(dir)).toThrow(refused)
  } finally {
    Date.now = now
  }
})

test('a holder that was taken for dead learns it from its next sign of life', () => {
  const slow = takeLock(dir)
  expect(slow.renew()).toBe(true)
  leave(elsewhere, 21_000)
  const successor = takeLock(dir)
  expect(slow.renew()).toBe(false)
  expect(successor.renew()).toBe(true)
  expect(locks()).toEqual(['lock.2'])
})

test('a sign of life keeps others away', () => {
  const lock = takeLock(dir)
  const past = new Date(Date.now() - 60_000)
  utimesSync(join(dir, 'lock.1'), past, past)
  lock.renew()
  expect(() => takeLock(dir)).toThrow(refused)
})

test('what a process that was killed while it tried left behind goes away', () => {
  mkdirSync(join(dir, 'claim.killed'))
  const past = new Date(Date.now() - 60_000)
  utimesSync(join(dir, 'claim.killed'), past, past)
  mkdirSync(join(dir, 'claim.underway'))
  takeLock(dir)
  expect(locks()).toEqual(['claim.underway', 'lock.1'])
})

test('a folder that cannot be made is a clear error', () => {
  writeFileSync(join(dir, 'file'), '')
  expect(() => takeLock(join(dir, 'file', 'below'))).toThrow(expect.objectContaining({ code: 'spool_failed' }))
})
