import { describe, expect, test } from 'vitest'
import { createTurns, type Owner } from './turns.ts'

const KNOWN = (project: string): Owner => ({ project })
const STRANGE = (address: string): Owner => ({ address })

/** Turns on a clock that moves by what the work costs, and the order in which work was done. */
function turnsOf() {
  let ms = 0
  const done: string[] = []
  const used = new Map<string | undefined, number>()
  const turns = createTurns({
    now: () => ms,
    onUsed: (project, seconds) => used.set(project, (used.get(project) ?? 0) + seconds),
  })
  const work = (owner: Owner, name: string, { costMs = 10, bytes = 1 } = {}) =>
    turns.run({ owner, bytes }, () => {
      ms += costMs
      done.push(name)
      return name
    })
  return { turns, done, used, work }
}

describe('createTurns', () => {
  test('does at once what nobody else has to wait for', async () => {
    const { work, done } = turnsOf()
    const first = work(KNOWN('a'), 'a1', { costMs: 1 })
    const second = work(STRANGE('1.2.3.4'), 's1', { costMs: 1 })
    expect(done).toEqual(['a1', 's1'])
    expect(await Promise.all([first, second])).toEqual(['a1', 's1'])
  })

  test('lets a project wait for one piece of another’s work, not for all of it', async () => {
    const { work, done } = turnsOf()
    await Promise.all([
      ...['a1', 'a2', 'a3', 'a4'].map((name) => work(KNOWN('a'), name)),
      work(KNOWN('b'), 'b1'),
      work(KNOWN('b'), 'b2'),
    ])
    expect(done).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4'])
  })

  test('gives all strangers together no more of the time than the projects have', async () => {
    const { work, done } = turnsOf()
    const strangers = Array.from({ length: 20 }, (_, at) => work(STRANGE(`10.0.0.${at}`), 's', { costMs: 5 }))
    const known = Array.from({ length: 5 }, () => work(KNOWN('a'), 'a', { costMs: 5 }))
    await Promise.all([...strangers, ...known])
    // The first one came when nobody else was there.
    expect(done.slice(0, 10).filter((name) => name === 'a')).toHaveLength(5)
    expect(done).toHaveLength(25)
  })

  test('lets other connections be heard after a few ms of work', async () => {
    const { work, done } = turnsOf()
    const heard: number[] = []
    const all = Promise.all(['a1', 'a2', 'a3'].map((name) => work(KNOWN('a'), name)))
    setImmediate(function hear() {
      heard.push(done.length)
      if (done.length < 3) setImmediate(hear)
    })
    await all
    expect(heard[0]).toBeLessThan(3)
  })

  test('refuses strangers of whom too much waits, one address before the others, and no project', async () => {
    const { work } = turnsOf()
    const first = work(STRANGE('10.0.0.1'), 'first')
    const waiting = Array.from({ length: 4 }, () => work(STRANGE('10.0.0.1'), 'held', { bytes: 1_000_000 }))
    await expect(work(STRANGE('10.0.0.1'), 'more', { bytes: 1_000_000 })).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterS: 1,
    })
    const others = [
      work(STRANGE('10.0.0.2'), 'other', { bytes: 1_000_000 }),
      work(KNOWN('a'), 'a', { bytes: 9_000_000 }),
    ]
    await Promise.all([first, ...waiting, ...others])
    expect(await work(STRANGE('10.0.0.1'), 'again', { bytes: 1_000_000 })).toBe('again')
  })

  test('rejects with what the work throws, and goes on', async () => {
    const { turns, work } = turnsOf()
    const fails = () => {
      throw new TypeError('no JSON')
    }
    const turn = { owner: KNOWN('a'), bytes: 1 }
    const both = [turns.run(turn, fails), work(KNOWN('a'), 'a1'), turns.run(turn, fails), work(KNOWN('a'), 'a2')]
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })

  test('tells how long each had the thread', async () => {
    const { work, used } = turnsOf()
    await Promise.all([work(KNOWN('a'), 'a1'), work(KNOWN('b'), 'b1', { costMs: 30 }), work(STRANGE('10.0.0.1'), 's')])
    await work(KNOWN('a'), 'a2')
    expect(used).toEqual(
      new Map([
        ['a', 0.02],
        ['b', 0.03],
        [undefined, 0.01],
      ]),
    )
  })
})
