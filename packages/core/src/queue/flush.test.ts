import { describe, expect, test } from 'vitest'
import { answer, refused, setup } from '../../test/fixtures.ts'
import { FlushError, isThreadlineError } from '../error.ts'
import { flushQueue } from './flush.ts'

describe('flushQueue', () => {
  test('resolves at once when nothing is held', async () => {
    const { queue, clock } = setup()
    await expect(flushQueue(queue, clock)).resolves.toEqual({ delivered: 0, duplicates: 0, dropped: 0 })
  })

  test('waits for what is in flight and what waits, not for what comes later', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 2 })
    add('a', 'b')
    await clock.advance(0)
    add('c')
    let done = false
    const flushed = flushQueue(queue, clock).then((result) => {
      done = true
      return result
    })
    add('late')
    await reply(answer(200))
    expect(done).toBe(false)
    expect(requests[0]?.ids).toEqual(['c', 'late'])
    await reply(answer(200))
    expect(await flushed).toEqual({ delivered: 3, duplicates: 0, dropped: 0 })
  })

  test('ends under steady traffic', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    const flushed = flushQueue(queue, clock)
    await clock.advance(0)
    add('b')
    await reply(answer(200))
    add('c')
    await expect(flushed).resolves.toMatchObject({ delivered: 1 })
    expect(queue.stats.pending).toBe(2)
  })

  test('any number of callers wait, each for what was captured before its call', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 9 })
    add('a')
    const first = flushQueue(queue, clock)
    add('b')
    const second = flushQueue(queue, clock)
    await clock.advance(0)
    await reply(answer(200))
    expect(await first).toMatchObject({ delivered: 1 })
    await reply(answer(200))
    expect(await second).toMatchObject({ delivered: 2 })
  })

  test('wakes the sender: skips the idle timer and the own backoff', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushIntervalMs: 60_000 })
    add('a')
    const flushed = flushQueue(queue, clock)
    expect(requests).toHaveLength(1)
    await reply(answer(500))
    expect(requests).toHaveLength(0)
    const again = flushQueue(queue, clock)
    expect(requests).toHaveLength(1)
    await reply(answer(200))
    await expect(Promise.all([flushed, again])).resolves.toHaveLength(2)
  })

  test("does not skip a server's Retry-After", async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(429, { 'retry-after': '5' }))
    const flushed = flushQueue(queue, clock)
    await clock.advance(4_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    await reply(answer(200))
    await expect(flushed).resolves.toMatchObject({ delivered: 1 })
  })

  test('keeps the process alive while it waits for a retry, and no longer', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    const flushed = flushQueue(queue, clock, { timeoutMs: 100 })
    await clock.advance(0)
    await reply(answer(500))
    // The deadline and the retry.
    expect(clock.foreground()).toBe(2)
    const rejected = expect(flushed).rejects.toMatchObject({ code: 'flush_timeout' })
    await clock.advance(100)
    await rejected
    expect(clock.foreground()).toBe(0)
    expect(clock.background()).toBe(1)
  })

  test('rejects at its deadline with the undelivered ids and the cause; the events stay', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    const flushed = flushQueue(queue, clock, { timeoutMs: 50 })
    add('later')
    await clock.advance(0)
    await reply(refused())
    const caught = flushed.catch((error: unknown) => error)
    await clock.advance(50)
    const error = await caught
    expect(error).toBeInstanceOf(FlushError)
    expect(isThreadlineError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'flush_timeout', eventIds: ['a'], cause: { code: 'unreachable' } })
    expect(queue.stats.pending).toBe(2)
  })

  test('rejects at once on a configuration error; whoever comes next is worth a probe', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 1 })
    add('a')
    const first = expect(flushQueue(queue, clock)).rejects.toMatchObject({ code: 'unauthorized', eventIds: ['a'] })
    await clock.advance(0)
    await reply(answer(401))
    await first
    const second = expect(flushQueue(queue, clock)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(requests).toHaveLength(1)
    await reply(answer(401))
    await second
    expect(queue.stats.pending).toBe(1)
    const third = flushQueue(queue, clock)
    await clock.advance(1_000)
    await reply(answer(200))
    await expect(third).resolves.toMatchObject({ delivered: 1 })
  })

  test.each([401, 404, 503])(
    'hurry after %i is bounded to one probe a second, however many are in one',
    async (status) => {
      const { add, queue, clock, requests } = setup({ flushAt: 1 })
      let sent = 0
      add('a')
      await clock.advance(0)
      const started = clock.now()
      while (clock.now() < started + 10_000) {
        flushQueue(queue, clock, { timeoutMs: 500 }).catch(() => undefined)
        for (const request of requests.splice(0)) {
          sent += 1
          request.reply(answer(status))
        }
        await clock.advance(20)
      }
      // The first one was nobody's hurry; the own backoff may add its own, which become rare.
      expect(sent).toBeGreaterThanOrEqual(10)
      expect(sent).toBeLessThanOrEqual(status === 503 ? 17 : 12)
    },
  )

  test('hurry does not skip what the server imposed, and ends with the outage', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(404))
    const flushed = flushQueue(queue, clock, { timeoutMs: 60_000 })
    await reply(answer(503, { 'retry-after': '5' }))
    const hurried = flushQueue(queue, clock, { timeoutMs: 60_000 })
    await clock.advance(4_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    await reply(answer(200))
    await expect(Promise.all([flushed, hurried])).resolves.toMatchObject([{ delivered: 1 }, { delivered: 1 }])
    add('b')
    await clock.advance(0)
    await reply(answer(200))
    expect(queue.stats).toMatchObject({ delivered: 2, pending: 0 })
  })

  test('a clock that is set back does not forbid hurry', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(404))
    const first = expect(flushQueue(queue, clock)).rejects.toMatchObject({ code: 'not_found' })
    await reply(answer(404))
    await first
    const real = clock.now
    Object.assign(clock, { now: () => real() - 3_600_000 })
    const second = flushQueue(queue, clock)
    await clock.advance(1_000)
    await reply(answer(200))
    await expect(second).resolves.toMatchObject({ delivered: 1 })
  })

  test('whoever waits for the last time outlasts an address that is not found for some seconds', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 1 })
    add('a', 'b')
    await clock.advance(0)
    await reply(answer(404))
    const flushed = flushQueue(queue, clock, { isLast: true })
    for (let second = 0; second < 4; second += 1) {
      await clock.advance(1_000)
      expect(requests).toHaveLength(1)
      await reply(answer(404))
    }
    await clock.advance(1_000)
    await reply(answer(200))
    await expect(flushed).resolves.toMatchObject({ delivered: 2 })
  })

  test('but not for ever, and not a key that is refused', async () => {
    const { add, queue, clock, reply, requests } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(404))
    const gone = expect(flushQueue(queue, clock, { isLast: true })).rejects.toMatchObject({ code: 'not_found' })
    const started = clock.now()
    for (let second = 0; second < 7; second += 1) {
      if (requests.length > 0) await reply(answer(404))
      await clock.advance(1_000)
    }
    await gone
    expect(clock.now() - started).toBeLessThan(8_000)
    const refused = expect(flushQueue(queue, clock, { isLast: true })).rejects.toMatchObject({ code: 'unauthorized' })
    await clock.advance(1_000)
    await reply(answer(401))
    await refused
  })

  test('an error names a hundred events and counts all', async () => {
    const { queue, item, clock } = setup({ flushAt: 1_000_000, maxEvents: 100_000, maxBytes: 100_000_000 })
    for (let index = 0; index < 90_000; index += 1) queue.add(item(`event_${index}`))
    const error = await flushQueue(queue, clock, { timeoutMs: 0, signal: AbortSignal.abort() }).catch(
      (caught) => caught,
    )
    expect(error).toMatchObject({ code: 'aborted', undelivered: 90_000 })
    expect(error.message).toContain('90000 events')
    expect(error.eventIds).toEqual(Array.from({ length: 100 }, (_, index) => `event_${index}`))
  })

  test('probes a paused destination when the minute is over, even where no timer ran', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(401))
    const real = clock.now
    Object.assign(clock, { now: () => real() + 60_000 })
    const flushed = flushQueue(queue, clock)
    await reply(answer(200))
    await expect(flushed).resolves.toMatchObject({ delivered: 1 })
  })

  test('ends on abort, also when the signal was aborted before', async () => {
    const { add, queue, clock } = setup()
    add('a')
    const controller = new AbortController()
    const flushed = flushQueue(queue, clock, { signal: controller.signal })
    controller.abort()
    await expect(flushed).rejects.toMatchObject({ code: 'aborted', eventIds: ['a'] })
    await expect(flushQueue(queue, clock, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' })
    expect(clock.foreground()).toBe(0)
  })

  test('counts duplicates and drops among what it waited for', async () => {
    const { add, queue, clock, reply } = setup({ flushAt: 1 })
    add('a')
    const flushed = flushQueue(queue, clock)
    await clock.advance(0)
    await reply(answer(410))
    await expect(flushed).resolves.toEqual({ delivered: 0, duplicates: 0, dropped: 1 })
  })

  test('rejects when the queue closes', async () => {
    const { add, queue, clock } = setup()
    add('a')
    const flushed = flushQueue(queue, clock)
    queue.close()
    await expect(flushed).rejects.toMatchObject({ code: 'closed' })
    await expect(flushQueue(queue, clock)).rejects.toMatchObject({ code: 'closed' })
  })
})
