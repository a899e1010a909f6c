import { describe, expect, test } from 'vitest'
import { createAdmission } from './admission.ts'

function setup() {
  let ms = 0
  const admission = createAdmission(() => ms)
  /** A request that has arrived; what it answers, and the request to end it with. */
  const arrive = (project: string, bytes: number) => {
    const request = {}
    return { request, refused: admission.enter(request, bytes) || admission.claim(request, { project, bytes }) }
  }
  /** As many as are let in, at most `count`. */
  const fill = (project: string, bytes: number, count = 1_000) => {
    const requests: object[] = []
    while (requests.length < count) {
      const { request, refused } = arrive(project, bytes)
      if (refused > 0) return { requests, refused }
      requests.push(request)
    }
    return { requests, refused: 0 }
  }
  const wait = (passed: number) => {
    ms += passed
  }
  return { admission, arrive, fill, wait }
}

const BATCH = 97_500

describe('createAdmission', () => {
  test('lets in what can be stored within seconds, and says when there will be room', () => {
    const { fill } = setup()
    const { requests, refused } = fill('shop', BATCH)
    // 100 kB each at 2 MB a second: four seconds.
    expect(requests).toHaveLength(80)
    expect(refused).toBe(4)
  })

  test('leaves a project room that holds nothing, however much another one sends', () => {
    const { fill, arrive } = setup()
    fill('loud', BATCH)
    expect(fill('quiet', BATCH).requests).toHaveLength(40)
    expect(arrive('third', BATCH).refused).toBe(0)
  })

  test('has room again when requests are answered', () => {
    const { admission, arrive, fill } = setup()
    const { requests } = fill('shop', BATCH)
    expect(arrive('shop', BATCH).refused).toBeGreaterThan(0)
    for (const request of requests.slice(0, 2)) admission.leave(request, true)
    expect(arrive('shop', BATCH).refused).toBe(0)
  })

  /** Storing so many batches a second, while as many are sent as are let in. */
  function busy({ admission, fill, wait }: ReturnType<typeof setup>, perSecond: number): void {
    const underWay: object[] = []
    for (let round = 0; round < 600; round += 1) {
      underWay.push(...fill('shop', BATCH).requests)
      wait(100)
      for (const request of underWay.splice(0, perSecond / 10)) admission.leave(request, true)
    }
  }

  test('lets in less where storing is slow, and never what would wait for longer than pages do', () => {
    const collector = setup()
    busy(collector, 10)
    const { requests, refused } = collector.fill('quiet', BATCH)
    expect(requests.length).toBeLessThan(30)
    expect(refused).toBeGreaterThanOrEqual(5)
    expect(refused).toBeLessThanOrEqual(10)
  })

  test('lets in more where storing is fast', () => {
    const collector = setup()
    busy(collector, 100)
    expect(collector.fill('quiet', BATCH).requests.length).toBeGreaterThan(120)
  })

  test('learns nothing from refusals, nor from requests that come one by one', () => {
    const { admission, arrive, fill, wait } = setup()
    for (let round = 0; round < 100; round += 1) {
      const { request } = arrive('shop', 500)
      wait(20)
      admission.leave(request, true)
    }
    const { requests } = fill('shop', BATCH)
    expect(requests).toHaveLength(80)
    wait(100)
    for (const request of requests) admission.leave(request, false)
    expect(fill('shop', BATCH).requests).toHaveLength(80)
  })

  test('keeps no place for a body that does not come', () => {
    const { admission, arrive, wait } = setup()
    for (let n = 0; n < 1_000; n += 1) admission.enter({}, BATCH)
    expect(arrive('shop', BATCH).refused).toBeGreaterThan(0)
    wait(1_000)
    expect(arrive('shop', BATCH).refused).toBe(0)
  })

  test('goes by what a body came to, not by what it said', () => {
    const { admission, fill } = setup()
    const inflated = Array.from({ length: 1_000 }, () => {
      const request = {}
      const refused = admission.enter(request, 1_000)
      return refused || admission.claim(request, { project: 'loud', bytes: 400_000 })
    })
    expect(inflated.filter((refused) => refused === 0).length).toBeLessThan(25)
    // What is refused holds nothing, as whoever answers it says.
    expect(fill('quiet', BATCH).requests.length).toBeGreaterThan(0)
  })

  test('always lets one in, however large', () => {
    const { arrive } = setup()
    expect(arrive('shop', 100_000_000).refused).toBe(0)
    expect(arrive('shop', 1).refused).toBeGreaterThan(0)
  })
})
