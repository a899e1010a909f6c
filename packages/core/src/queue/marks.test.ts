import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from './contract.ts'
import { createMarks, type Mark } from './marks.ts'

type Kind = Outcome['kind']

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      kind: fc.constantFrom<Kind>('delivered', 'duplicate', 'dropped'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
)

/** One wait as it should be: a plain list of what it waits for. */
interface Expected {
  readonly held: Set<number>
  readonly result: { delivered: number; duplicates: number; dropped: number }
  mark: Mark | undefined
  told: unknown
}

/** Marks, and beside them what they have to agree with. */
function model() {
  const marks = createMarks()
  const held = new Set<number>()
  const waits: Expected[] = []

  function countOut({ held: waited, result }: Expected, seq: number, kind: Kind): void {
    if (!waited.delete(seq)) return
    result[kind === 'dropped' ? kind : 'delivered'] += 1
    if (kind === 'duplicate') result.duplicates += 1
  }

  const steps = {
    add(count: number) {
      for (let added = 0; added < count; added += 1) held.add(marks.add())
    },
    settle(picks: readonly number[], kind: Kind) {
      const all = [...held]
      const seqs = [...new Set(picks.flatMap((pick) => all[pick % all.length] ?? []))]
      for (const seq of seqs) {
        held.delete(seq)
        for (const wait of waits) countOut(wait, seq, kind)
      }
      const entries = seqs.map((seq) => ({ seq }))
      marks.settle(entries, kind)
    },
    wait() {
      const result = { delivered: 0, duplicates: 0, dropped: 0 }
      const wait: Expected = { held: new Set(held), result, mark: undefined, told: undefined }
      waits.push(wait)
      wait.mark = marks.wait((told) => {
        expect(wait.told).toBeUndefined()
        wait.told = told
      })
    },
    cancel(which: number) {
      const [gone] = waits.splice(which % Math.max(1, waits.length), 1)
      gone?.mark?.cancel()
    },
  }

  return {
    play(next: Step) {
      if (next.do === 'add') steps.add(next.count)
      else if (next.do === 'settle') steps.settle(next.picks, next.kind)
      else if (next.do === 'wait') steps.wait()
      else steps.cancel(next.which)
    },
    check() {
      for (const { told, held: left, result, mark } of waits) {
        expect(told).toEqual(left.size === 0 ? result : undefined)
        expect(mark?.left()).toBe(left.size)
      }
    },
  }
}

describe('createMarks', () => {
  test('tells at once when nothing is held', () => {
    const marks = createMarks()
    const told: unknown[] = []
    marks.settle([{ seq: marks.add() }], 'delivered')
    marks.wait((result) => told.push(result))
    expect(told).toEqual([{ delivered: 0, duplicates: 0, dropped: 0 }])
  })

  test('agrees with a list of what each wait waits for, whatever leaves in whatever order', () => {
    const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { play, check } = model()
      for (const next of steps) {
        play(next)
        check()
      }
    })
    fc.assert(property, { numRuns: 500 })
  })
})
