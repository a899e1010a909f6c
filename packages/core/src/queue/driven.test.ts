import { describe, expect, test } from 'vitest'
import { answer, refused, setup } from '../../test/fixtures.ts'

const LOST_AFTER_MS = 15_000

describe('a driven queue', () => {
  test('starts requests in drive only: no trigger, timer or answer starts one', async () => {
    const { add, queue, clock, requests, reply, left } = setup({ drivenLostAfterMs: LOST_AFTER_MS, flushAt: 2 })
    add('a', 'b', 'c')
    queue.wake()
    await clock.advance(60_000)
    expect(requests).toHaveLength(0)
    expect(clock.foreground() + clock.background()).toBe(0)
    const driving = queue.drive()
    add('later')
    await reply(answer(200))
    expect(await driving).toBe(1)
    await clock.advance(60_000)
    expect([left('delivered'), requests.length]).toEqual([['a', 'b', 'c'], 0])
  })

  test('keeps its concurrency, whoever drives', async () => {
    const { queue, add, requests, reply } = setup({ drivenLostAfterMs: LOST_AFTER_MS, concurrency: 1 })
    add('a')
    const first = queue.drive()
    add('b')
    expect(await queue.drive()).toBe(0)
    expect(requests.map(({ ids }) => ids)).toEqual([['a']])
    await reply(answer(200))
    expect(await first).toBe(1)
    const second = queue.drive()
    await reply(answer(200))
    expect(await second).toBe(1)
  })

  test('waits as long as a failing endpoint asks for, and a second between those in a hurry', async () => {
    const { add, queue, clock, requests, reply } = setup({ drivenLostAfterMs: LOST_AFTER_MS })
    add('a')
    const failing = queue.drive()
    await reply(answer(404))
    await failing
    expect(await queue.drive()).toBe(0)
    queue.wake()
    const hurried = queue.drive()
    await reply(answer(404))
    await hurried
    queue.wake()
    expect(await queue.drive()).toBe(0)
    await clock.advance(1_000)
    void queue.drive()
    expect(requests).toHaveLength(1)
  })

  test('takes back what was sent by somebody who is gone, once, and does not listen to a late answer', async () => {
    const { add, queue, clock, requests, left } = setup({ drivenLostAfterMs: LOST_AFTER_MS })
    add('a')
    void queue.drive()
    const [lost] = requests.splice(0)
    await clock.advance(LOST_AFTER_MS)
    expect(await queue.drive()).toBe(0)
    await clock.advance(60_000)
    void queue.drive()
    await clock.advance(60_000)
    const again = queue.drive()
    expect(requests.map(({ ids }) => ids)).toEqual([['a']])
    lost?.reply(refused())
    requests[0]?.reply(answer(200))
    await again
    expect(left('delivered')).toEqual(['a'])
    expect(queue.stats).toMatchObject({ pending: 0, bytes: 0 })
  })
})
