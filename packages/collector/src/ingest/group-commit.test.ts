import { describe, expect, test } from 'vitest'
import { eventRow } from '../../test/event-row.ts'
import type { EventRow } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import { createGroupCommit } from './group-commit.ts'

/** A group commit whose transactions stay open until the test ends them. */
function setup(writers = 1) {
  const groups: string[][] = []
  const open: { rows: readonly EventRow[]; commit: () => void; fail: (error: Error) => void }[] = []
  const { submit, drain } = createGroupCommit({
    writers,
    append: (rows) =>
      new Promise((resolve, reject) => {
        groups.push(rows.map(({ event_id }) => event_id))
        open.push({ rows, commit: () => resolve(rows.map(({ value }) => value !== 0)), fail: reject })
      }),
  })
  const send = (event_id: string, fields: Partial<EventRow> = {}) => submit([eventRow({ event_id, ...fields })], [])
  return { groups, open, submit, send, drain }
}

/** Lets everything that can run now do so. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('createGroupCommit', () => {
  test('writes what arrives during a transaction together in the next one', async () => {
    const { groups, open, send } = setup()
    const answers = [send('a'), send('b')]
    await settled()
    answers.push(send('c'), send('d', { value: 0 }))
    await settled()
    expect(groups).toEqual([['a', 'b']])
    open[0]?.commit()
    await settled()
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    open[1]?.commit()
    expect(await Promise.all(answers)).toEqual([[true], [true], [true], [false]])
  })

  test('runs as many transactions at once as there may be', async () => {
    const { groups, send } = setup(2)
    for (const id of ['a', 'b', 'c']) {
      void send(id)
      await settled()
    }
    expect(groups).toEqual([['a'], ['b']])
  })

  test('fails only the request that brought what cannot be written', async () => {
    const { groups, open, send } = setup()
    const answers = [send('good'), send('bad')]
    await settled()
    open[0]?.fail(new Error('a value that no column takes'))
    await settled()
    open[1]?.commit()
    await settled()
    open[2]?.fail(new Error('a value that no column takes'))
    expect(groups).toEqual([['good', 'bad'], ['good'], ['bad']])
    expect(await answers[0]).toEqual([true])
    await expect(answers[1]).rejects.toThrow('no column')
  })

  test('fails all at once when the database does not answer', async () => {
    const { groups, open, send } = setup()
    const answers = [send('a'), send('b')]
    await settled()
    open[0]?.fail(new StoreError('unreachable', 'gone'))
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'unreachable' })
    expect(groups).toHaveLength(1)
  })

  test('takes no more when 64 MB are waiting', async () => {
    const { open, send } = setup()
    const body = 'x'.repeat(1_000_000)
    const first = send('first', { body })
    await settled()
    const answers = Array.from({ length: 64 }, (_, index) => send(`e${index}`, { body }))
    expect(answers.every((answer) => answer !== undefined)).toBe(true)
    expect(send('one-too-many', { body })).toBeUndefined()
    open[0]?.commit()
    expect(await first).toEqual([true])
    await settled()
    expect(send('again', { body })).toBeDefined()
  })

  test('drain waits for what was submitted', async () => {
    const { open, send, drain } = setup()
    void send('a')
    let drained = false
    const draining = drain().then(() => {
      drained = true
    })
    await settled()
    expect(drained).toBe(false)
    open[0]?.commit()
    await draining
  })
})
