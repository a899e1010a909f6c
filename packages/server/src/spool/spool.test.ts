import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QueueItem } from '@threadline/core'
import { type FakeClock, fakeClock } from '@threadline/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HEARTBEAT_MS } from './lock.ts'
import type { Spool } from './options.ts'
import { openSpool } from './spool.ts'

let dir: string
let clock: FakeClock
let opened: Opened[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'))
  clock = fakeClock()
  opened = []
})
afterEach(async () => {
  for (const { spool } of opened) await spool.close()
  rmSync(dir, { recursive: true, force: true })
})

interface Opened {
  readonly spool: Spool
  readonly errors: string[]
  /** What the client's queue holds. */
  readonly queue: QueueItem[]
}

function open(): Opened {
  const errors: string[] = []
  const queue: QueueItem[] = []
  const spool = openSpool(
    { dir },
    {
      destinations: ['native'],
      clock,
      byteLength: Buffer.byteLength,
      onError: ({ message }) => errors.push(message),
    },
  )
  spool.start({ held: () => queue, add: (_lane, item) => queue.push(item), room: () => Promise.resolve() })
  const made = { spool, errors, queue }
  opened.push(made)
  return made
}

function capture({ spool, queue }: Opened, eventId: string): QueueItem {
  const item = { eventId, event: 'captured', body: '{}', bytes: 2, at: 1_000 }
  spool.append(0, item)
  queue.push(item)
  return item
}

function segments(): string[] {
  return readdirSync(join(dir, 'native')).sort()
}

test('what was captured while the folder was another client’s is on disk once the folder is free', async () => {
  const first = open()
  const second = open()
  expect(second.errors).toEqual([expect.stringContaining('in use')])
  const early = capture(second, 'early')
  expect(second.spool.holds(early)).toBe(false)
  await first.spool.close()
  await clock.advance(HEARTBEAT_MS)
  expect(second.spool.holds(early)).toBe(true)
  // As a killed process leaves it.
  await expect.poll(() => readFileSync(join(dir, 'native', segments()[0] ?? ''), 'utf8')).toContain('early')
})

test('a folder that stays in use is told once, not with every try', async () => {
  open()
  const second = open()
  await clock.advance(10 * HEARTBEAT_MS)
  expect(second.errors).toHaveLength(1)
})

test('a client that lost the folder says so, and leaves the files to its successor', async () => {
  const slow = open()
  const captured = capture(slow, 'captured')
  await expect.poll(segments).toEqual(['0000000001.seg'])
  // The successor, of another container, has not written yet.
  writeFileSync(join(dir, 'lock.2'), '{}')
  rmSync(join(dir, 'lock.1'))
  await clock.advance(HEARTBEAT_MS)
  expect(slow.errors).toEqual([expect.stringContaining('another process has taken over')])
  slow.spool.left(0, [captured])
  capture(slow, 'later')
  await slow.spool.close()
  expect(segments()).toEqual(['0000000001.seg'])
  expect(readdirSync(dir).sort()).toEqual(['lock.2', 'native'])
})
