import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createReadGate, type ReadGateOptions } from './read-gate.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const BOUNDS: ReadGateOptions = { name: 'reports', atOnce: 1, maxWaiting: 4, maxWaitingOfProject: 2, maxWaitMs: 10_000 }

function setup(options: Partial<ReadGateOptions> = {}) {
  const gate = createReadGate({ ...BOUNDS, ...options })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  /** A read by the name of its project and a number, which runs until {@link end}. */
  const read = (name: string) =>
    gate.run(name.charAt(0), () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  const end = async (name: string) => {
    ends.get(name)?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { gate, begun, read, end }
}

describe('createReadGate', () => {
  test('runs no more at once than it may, and lets projects take turns', async () => {
    const { gate, begun, read, end } = setup({ atOnce: 2 })
    const reads = ['a1', 'a2', 'a3', 'a4', 'b1'].map(read)
    await vi.advanceTimersByTimeAsync(0)
    expect([begun, gate.waiting]).toEqual([['a1', 'a2'], 3])
    await end('a1')
    await end('a2')
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1'])
    for (const name of ['a3', 'b1', 'a4']) await end(name)
    expect(await Promise.all(reads)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1'])
  })

  test('refuses at once what would wait behind too many, of its project or of all', async () => {
    const { read } = setup()
    for (const name of ['a1', 'a2', 'a3']) void read(name)
    await expect(read('a4')).rejects.toMatchObject({ code: 'busy', retryAfterS: 2 })
    for (const name of ['b1', 'b2']) void read(name)
    await expect(read('c1')).rejects.toMatchObject({ code: 'busy' })
  })

  test('tells when to come back by how long reads take', async () => {
    const { read, end } = setup()
    for (let times = 0; times < 30; times += 1) {
      const reading = read('a1')
      await vi.advanceTimersByTimeAsync(8_000)
      await end('a1')
      await reading
    }
    for (const name of ['a1', 'a2', 'a3']) void read(name).catch(() => undefined)
    await expect(read('a4')).rejects.toMatchObject({ retryAfterS: 24 })
  })

  test('lets nobody wait for ever, and gives the place to others', async () => {
    const { gate, begun, read, end } = setup()
    void read('a1')
    const waited = expect(read('a2')).rejects.toMatchObject({ code: 'busy' })
    await vi.advanceTimersByTimeAsync(10_000)
    await waited
    expect(gate.waiting).toBe(0)
    void read('b1')
    await end('a1')
    expect(begun).toEqual(['a1', 'b1'])
  })

  test('goes on after a read that fails', async () => {
    const { gate, read, end } = setup()
    await expect(gate.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    const reading = read('b1')
    await vi.advanceTimersByTimeAsync(0)
    await end('b1')
    expect(await reading).toBe('b1')
  })
})
