import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLock } from './lock.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(dir, 'lock')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function leave(owner: object | string): void {
  writeFileSync(path, typeof owner === 'string' ? owner : JSON.stringify(owner))
}

const refused = expect.objectContaining({ code: 'spool_failed', message: expect.stringContaining('in use') })

test('one client of a process at a time', () => {
  const lock = takeLock(dir)
  expect(() => takeLock(dir)).toThrow(refused)
  lock.release()
  expect(existsSync(path)).toBe(false)
  takeLock(dir).release()
})

test('is refused while another process of this machine lives, by its id and start', () => {
  // The test runner's parent lives as long as the test.
  const { stdout } = spawnSync('cat', [`/proc/${process.ppid}/stat`], { encoding: 'utf8' })
  const started = stdout.slice(stdout.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  leave({ pid: process.ppid, host: hostname(), started })
  expect(() => takeLock(dir)).toThrow(refused)
})

test.each([
  ['a process that is gone', () => ({ pid: spawnSync('true').pid, host: hostname(), started: '' })],
  ['a process whose id was used again', () => ({ pid: process.ppid, host: hostname(), started: 'long ago' })],
  [
    'a predecessor with this very id, as in a restarted container',
    () => ({ pid: process.pid, host: hostname(), started: '' }),
  ],
  ['a crash in the middle of writing it', () => '{"pid":'],
])('takes over what was left by %s', (_what, owner) => {
  leave(owner())
  takeLock(dir).release()
})

test('on another machine, a sign of life counts for 20 seconds', () => {
  leave({ pid: 1, host: 'elsewhere', started: '' })
  expect(() => takeLock(dir)).toThrow(refused)
  const past = new Date(Date.now() - 21_000)
  utimesSync(path, past, past)
  takeLock(dir).release()
})

test('a folder that cannot be made is a clear error', () => {
  writeFileSync(path, '')
  expect(() => takeLock(join(path, 'below-a-file'))).toThrow(expect.objectContaining({ code: 'spool_failed' }))
})
