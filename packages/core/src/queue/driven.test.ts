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
    expect(queue.isReady()).toBe(true)
    const failing = queue.drive()
    expect(queue.isReady()).toBe(false)
    await reply(answer(404))
    await failing
    expect([queue.isReady(), await queue.drive()]).toEqual([false, 0])
    queue.wake()
    expect(queue.isReady()).toBe(true)
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

describe('what is withdrawn', () => {
  test('is not sent any more, leaves without an outcome, and nobody waits for it', async () => {
    const { add, queue, requests, reply, left, settled } = setup({ drivenLostAfterMs: LOST_AFTER_MS, concurrency: 2 })
    add('a', 'b', 'c')
    let waited = false
    queue.wait({ settled: () => (waited = true), stopped: () => undefined })
    expect(queue.withdraw(({ eventId }) => eventId !== 'b').map(({ eventId }) => eventId)).toEqual(['a', 'c'])
    expect(queue.stats).toMatchObject({ pending: 1, bytes: '{"eventId":"b"}'.length })
    const driving = queue.drive()
    expect(requests.map(({ ids }) => ids)).toEqual([['b']])
    expect(queue.withdraw(() => true)).toEqual([])
    await reply(answer(200))
    await driving
    expect([left('delivered'), settled.length, waited]).toEqual([['b'], 1, true])
    expect(queue.stats).toMatchObject({ pending: 0, bytes: 0 })
  })

  test('is found among what failed and waits for its turn', async () => {
    const { add, queue, clock, requests, reply } = setup({ drivenLostAfterMs: LOST_AFTER_MS })
    add('good', 'bad')
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const driving = queue.drive()
      await reply(answer(500))
      await driving
      await clock.advance(30_000)
    }
    expect(queue.withdraw(({ eventId }) => eventId === 'bad')).toHaveLength(1)
    while (queue.stats.pending > 0) {
      const driving = queue.drive()
      if (requests.length > 0) expect((await reply(answer(200))).ids).toEqual(['good'])
      await driving
      await clock.advance(30_000)
    }
  })
})
