import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QueueItem } from '@threadline/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLaneSpool, type LaneSpool } from './lane-spool.ts'

let dir: string
let errors: string[]
let opened: LaneSpool[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'))
  errors = []
  opened = []
})
afterEach(async () => {
  for (const spool of opened) await spool.close().catch(() => undefined)
  rmSync(dir, { recursive: true, force: true })
})

/** A spool on the folder, as a process that starts would open it. */
function open(maxBytes = 1_000_000): LaneSpool {
  const spool = createLaneSpool({
    dir,
    maxBytes,
    byteLength: Buffer.byteLength,
    onError: ({ message }) => errors.push(message),
    onWritten: () => undefined,
  })
  opened.push(spool)
  return spool
}

function itemOf(index: number, body = JSON.stringify({ index, text: 'ü\n\t' })): QueueItem {
  return { eventId: `event_${index}`, event: 'captured', body, bytes: Buffer.byteLength(body), at: 1_000 + index }
}

function items(count: number, from = 0): QueueItem[] {
  return Array.from({ length: count }, (_, index) => itemOf(from + index))
}

async function replayed(spool: LaneSpool): Promise<QueueItem[]> {
  const taken: QueueItem[] = []
  await spool.replay(
    (item) => taken.push(item),
    () => Promise.resolve(),
  )
  return taken
}

function segmentFiles(): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.seg'))
    .map((name) => join(dir, name))
}

/** Ends a spool as a killed process does: what is written stays, nothing more is done. */
async function crash(spool: LaneSpool): Promise<void> {
  await spool.sync()
}

test('another process gets back exactly what had not left, whole and in order', async () => {
  const first = open()
  const all = items(10)
  for (const item of all) first.append(item)
  first.left([...all.slice(0, 3), ...all.slice(7, 8)])
  await crash(first)
  expect(await replayed(open())).toEqual([...all.slice(3, 7), ...all.slice(8)])
  expect(errors).toEqual([])
})

test('a body that is no single line, and an event that travels alone, come back as they were', async () => {
  const first = open()
  const odd = { ...itemOf(1, '{\n\t"pretty": true\n}'), alone: true }
  first.append(odd)
  await crash(first)
  expect(await replayed(open())).toEqual([odd])
})

test('what was replayed and left does not come back a third time, what was not does', async () => {
  const first = open()
  for (const item of items(4)) first.append(item)
  await crash(first)
  const second = open()
  const again = await replayed(second)
  second.append(itemOf(9))
  second.left(again.slice(0, 2))
  await crash(second)
  const third = await replayed(open())
  expect(third.map(({ eventId }) => eventId)).toEqual(['event_2', 'event_3', 'event_9'])
})

test('events captured while a replay runs are not mistaken for old ones', async () => {
  const first = open()
  for (const item of items(3)) first.append(item)
  await crash(first)
  const second = open()
  const early = itemOf(50)
  second.append(early)
  second.left([early])
  await crash(second)
  expect((await replayed(open())).map(({ eventId }) => eventId)).toEqual(['event_0', 'event_1', 'event_2'])
})

test('a torn tail costs the torn event only, and is reported', async () => {
  const first = open()
  for (const item of items(5)) first.append(item)
  await crash(first)
  const [file = ''] = segmentFiles()
  truncateSync(file, readFileSync(file).byteLength - 7)
  expect(await replayed(open())).toEqual(items(4))
  expect(errors).toEqual([expect.stringContaining('1 damaged lines')])
})

test('a flipped bit costs that event only, wherever it is', async () => {
  const first = open()
  for (const item of items(5)) first.append(item)
  await crash(first)
  const [file = ''] = segmentFiles()
  const bytes = readFileSync(file)
  const third = bytes.indexOf('event_2')
  bytes[third] = (bytes[third] ?? 0) ^ 0x04
  writeFileSync(file, bytes)
  expect((await replayed(open())).map(({ eventId }) => eventId)).toEqual(['event_0', 'event_1', 'event_3', 'event_4'])
  expect(errors).toHaveLength(1)
})

test('the disk holds no more than the bound, and gets its space back', async () => {
  const spool = open(20_000)
  const all = items(1_000)
  for (const item of all) spool.append(item)
  await crash(spool)
  const sizes = segmentFiles().map((file) => readFileSync(file).byteLength)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20_000)
  expect(errors).toEqual([expect.stringContaining('20000 bytes')])

  const kept = all.filter((item) => spool.holds(item))
  expect(kept.length).toBeGreaterThan(50)
  spool.left(all)
  await spool.close()
  expect(segmentFiles()).toEqual([])
})

test('a file that another process has put in the way is not written to', async () => {
  const spool = open()
  writeFileSync(join(dir, '0000000001.seg'), 'of another')
  const [item, next] = items(2)
  if (!item || !next) throw new Error('no items')
  spool.append(item)
  await expect.poll(() => spool.holds(item)).toBe(false)
  expect(errors).toEqual([expect.stringContaining('EEXIST')])
  spool.append(next)
  await crash(spool)
  expect(spool.holds(next)).toBe(true)
  expect(readFileSync(join(dir, '0000000001.seg'), 'utf8')).toBe('of another')
  expect(readFileSync(join(dir, '0000000002.seg'), 'utf8')).toContain('event_1')
})

test('a file that is gone when it is to be read costs nothing else', async () => {
  const first = open()
  for (const item of items(2)) first.append(item)
  await crash(first)
  const second = open()
  second.append(itemOf(7))
  await crash(second)
  const third = open()
  rmSync(segmentFiles()[0] ?? '')
  expect((await replayed(third)).map(({ eventId }) => eventId)).toEqual(['event_7'])
  expect(errors).toEqual([])
})
