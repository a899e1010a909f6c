import { fakeClock } from '@threadline/core/testing'
import { expect, test } from 'vitest'
import { newForward } from '../../test/new-forward.ts'
import { FIRST_PLACE, type ForwardName, type ForwardStore, type StoredForward } from '../store/stored-forward.ts'
import type { ForwardClock } from './clock.ts'
import { createLease } from './lease.ts'

const FORWARD: ForwardName = { project: 'default', name: 'posthog' }

/** One row, as the database has it. */
function database() {
  let row = newForward(FORWARD)
  const change = (fields: Partial<StoredForward>) => {
    row = { ...row, ...fields, beat: row.beat + 1 }
    return Promise.resolve(row)
  }
  const store: Pick<ForwardStore, 'find' | 'claim' | 'note' | 'release'> = {
    find: () => Promise.resolve(row),
    claim: (_, holder, seen) => (row.beat === seen ? change({ holder }) : Promise.resolve(undefined)),
    note: (_, holder, note) =>
      row.holder === holder ? change(note ? { place: note.place } : {}) : Promise.resolve(undefined),
    async release(_, holder) {
      if (row.holder === holder) await change({ holder: null })
    },
  }
  return { store, row: () => row }
}

function setUp({ isShared = true } = {}) {
  const { store, row } = database()
  const time = fakeClock()
  let monotonic = 0
  let ids = 0
  const clock: ForwardClock = { ...time, monotonic: () => monotonic }
  const pass = async (ms: number) => {
    monotonic += ms
    await time.advance(ms)
  }
  const createId = () => {
    ids += 1
    return `turn-${ids}`
  }
  const collector = () => createLease({ store, forward: FORWARD, clock, isShared, createId })
  return { collector, row, pass, suspend: (ms: number) => time.advance(ms) }
}

const NOTE = { place: { ...FIRST_PLACE, position: 7 }, trouble: null, deliveredAt: null, counts: [] }

test('one of two has the turn, for as long as it shows that it lives', async () => {
  const { collector, pass } = setUp()
  const [first, second] = [collector(), collector()]
  expect(await first.seek()).toMatchObject({ holder: 'turn-1' })
  for (let round = 0; round < 60; round += 1) {
    expect(await second.seek()).toBeUndefined()
    if (first.isDue()) expect(await first.note()).toBeDefined()
    expect([first.isFresh(), second.isFresh()]).toEqual([true, false])
    await pass(1_000)
  }
})

test('a turn that is ended is taken at once', async () => {
  const { collector } = setUp()
  const [first, second] = [collector(), collector()]
  await first.seek()
  await first.release()
  expect(first.isFresh()).toBe(false)
  expect(await second.seek()).toMatchObject({ holder: 'turn-2' })
})

test('a holder that stands still starts no request any more well before another one takes its turn', async () => {
  const { collector, row, pass } = setUp()
  const [first, second] = [collector(), collector()]
  await first.seek()
  let waited = 0
  for (; !(await second.seek()); waited += 1_000) {
    // As long as a request that was started at the last moment may take.
    if (waited >= 10_000) expect(first.isFresh()).toBe(false)
    await pass(1_000)
  }
  expect(waited).toBe(20_000)
  // It comes to itself: what it did is not noted over what the other one has done.
  expect(await first.note(NOTE)).toBeUndefined()
  expect(row().place).toEqual(FIRST_PLACE)
  expect([first.isFresh(), await first.seek()]).toEqual([false, undefined])
  expect(await second.note(NOTE)).toMatchObject({ place: { position: 7 } })
})

test('a machine that was suspended knows by its clock that time has passed', async () => {
  const { collector, suspend } = setUp()
  const lease = collector()
  await lease.seek()
  expect(lease.isFresh()).toBe(true)
  await suspend(3_600_000)
  expect(lease.isFresh()).toBe(false)
  expect(await lease.note()).toBeDefined()
  expect(lease.isFresh()).toBe(true)
})

test('of two that find a turn free at the same time, one gets it', async () => {
  const { collector } = setUp()
  const taken = await Promise.all([collector().seek(), collector().seek()])
  expect(taken.filter((row) => row !== undefined)).toHaveLength(1)
})

test('where nobody else can be, a turn is taken at once and never grows old', async () => {
  const { collector, pass } = setUp({ isShared: false })
  await collector().seek()
  const lease = collector()
  expect(await lease.seek()).toMatchObject({ holder: 'turn-2' })
  await pass(3_600_000)
  expect([lease.isFresh(), lease.isDue()]).toEqual([true, false])
})
