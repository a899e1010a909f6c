import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QueueItem } from '@threadline/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLaneSpool, type LaneSpool } from './lane-spool.ts'

type Step =
  | { readonly kind: 'append'; readonly count: number }
  /** Every so-manieth of the events that wait leaves, from the first on. */
  | { readonly kind: 'left'; readonly every: number }
  | { readonly kind: 'restart' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('left' as const), every: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('restart' as const) }),
)

/** A folder that processes open one after the other, and what should be waiting in it. */
function createSubject(dir: string) {
  const problems: string[] = []
  const opened: LaneSpool[] = []
  let waiting: QueueItem[] = []
  let appended = 0

  function open(): LaneSpool {
    const spool = createLaneSpool({
      dir,
      // Small, so that the runs go through many files.
      maxBytes: 50_000,
      byteLength: Buffer.byteLength,
      onError: ({ message }) => problems.push(message),
      onWritten: () => undefined,
    })
    opened.push(spool)
    return spool
  }
  let spool = open()

  return {
    problems,
    append(count: number): void {
      for (let index = 0; index < count; index += 1) {
        const body = `{"n":${appended}}`
        const item = { eventId: `event_${appended}`, event: 'a', body, bytes: body.length, at: appended }
        appended += 1
        spool.append(item)
        if (spool.holds(item)) waiting.push(item)
      }
    },
    leave(every: number): void {
      const leaving = waiting.filter((_item, index) => index % every === 0)
      spool.left(leaving)
      waiting = waiting.filter((item) => !leaving.includes(item))
    },
    async restart(): Promise<void> {
      await spool.sync()
      spool = open()
      const back: QueueItem[] = []
      await spool.replay(
        (item) => back.push(item),
        () => Promise.resolve(),
      )
      expect(back).toEqual(waiting)
      waiting = back
    },
    async close(): Promise<void> {
      for (const each of opened) await each.close()
    },
  }
}

test('after any number of restarts, exactly what had not left comes back, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const dir = mkdtempSync(join(tmpdir(), 'spool-'))
      const subject = createSubject(dir)
      try {
        for (const next of steps) {
          if (next.kind === 'append') subject.append(next.count)
          else if (next.kind === 'left') subject.leave(next.every)
          else await subject.restart()
        }
        await subject.restart()
        expect(subject.problems.filter((message) => !message.includes('has reached'))).toEqual([])
      } finally {
        await subject.close()
        rmSync(dir, { recursive: true })
      }
    }),
    { numRuns: 60 },
  )
})
