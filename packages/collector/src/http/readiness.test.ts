import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createReadiness } from './readiness.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setup(prove: () => Promise<void>) {
  let proofs = 0
  const readiness = createReadiness({
    prove: () => {
      proofs += 1
      return prove()
    },
    now: () => Date.now(),
  })
  return { ...readiness, proofs: () => proofs }
}

describe('createReadiness', () => {
  test('is ready when a write succeeds, and asks once for all who ask within a second', async () => {
    const { isReady, proofs } = setup(() => Promise.resolve())
    expect(await Promise.all([isReady(), isReady()])).toEqual([true, true])
    expect(await isReady()).toBe(true)
    expect(proofs()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await isReady()).toBe(true)
    expect(proofs()).toBe(2)
  })

  test('takes events that were stored for a proof', async () => {
    const { isReady, proven, proofs } = setup(() => Promise.resolve())
    proven()
    expect(await isReady()).toBe(true)
    expect(proofs()).toBe(0)
  })

  test('believes events that could not be stored more than a small write, for five seconds', async () => {
    const { isReady, failed, proven, proofs } = setup(() => Promise.resolve())
    failed()
    expect(await isReady()).toBe(false)
    proven()
    expect(await isReady()).toBe(true)
    failed()
    await vi.advanceTimersByTimeAsync(4_999)
    expect(await isReady()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isReady()).toBe(true)
    expect(proofs()).toBe(1)
  })

  test('is not ready when the write fails, and asks again', async () => {
    const { isReady, proofs } = setup(() => Promise.reject(new Error('disk full')))
    expect([await isReady(), await isReady()]).toEqual([false, false])
    expect(proofs()).toBe(2)
  })

  test('is not ready when the write takes 800 ms, and starts no second one beside it', async () => {
    const { isReady, proofs } = setup(() => new Promise(() => undefined))
    const answers = [isReady(), isReady()]
    await vi.advanceTimersByTimeAsync(800)
    expect(await Promise.all(answers)).toEqual([false, false])
    const again = isReady()
    await vi.advanceTimersByTimeAsync(800)
    expect(await again).toBe(false)
    expect(proofs()).toBe(1)
  })
})
