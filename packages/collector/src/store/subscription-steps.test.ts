import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SubscriptionRow } from './store.ts'
import { latestStep, mergeSteps, termsKey } from './subscription-steps.ts'

const BASE = {
  project: 'default',
  subscription: 'sub_1',
  billing_interval: 'month',
  interval_count: 1,
  currency: 'USD',
  account: null,
  livemode: 1,
}

interface State {
  readonly billed: number
  readonly plan: string
  readonly amount: number | null
}

const pro = { billed: 1, plan: 'pro', amount: 2_900 }
const team = { billed: 1, plan: 'team', amount: 9_900 }
const paused = { ...team, billed: 0 }

/** The changes of a walk through states, as events tell them; `at` has an instant for each. The first has nothing before it. */
function walk(states: readonly State[], at: readonly number[]): SubscriptionRow[] {
  return states.map((state, index) => {
    const before = states[index - 1]
    return {
      ...BASE,
      ...state,
      event: `evt_${index}`,
      changed_at: at[index] ?? 0,
      previous: before ? termsKey({ ...BASE, ...before }) : null,
    }
  })
}

/** As the store keeps them: merged in the order of arrival, one by one. */
function keptOf(arrivals: readonly SubscriptionRow[]): readonly SubscriptionRow[] {
  let kept: readonly SubscriptionRow[] = []
  for (const step of arrivals) kept = mergeSteps([...kept, step])
  return kept
}

/** What they come to then. */
function settled(arrivals: readonly SubscriptionRow[]): State | undefined {
  const latest = latestStep(keptOf(arrivals))
  return latest && { billed: latest.billed, plan: latest.plan, amount: latest.amount }
}

describe('the latest of several changes', () => {
  test.each([
    ['an upgrade and back', [pro, team, pro], pro],
    ['a downgrade and back', [team, pro, team], team],
    ['an upgrade, then a pause', [pro, team, paused], paused],
    ['a pause, then an upgrade', [team, paused, { ...paused, plan: 'enterprise' }], { ...paused, plan: 'enterprise' }],
    ['up, back and up again', [pro, team, pro, team], team],
    ['a round trip by another plan', [pro, team, paused, pro], pro],
    ['a change that changes nothing here', [pro, team, team], team],
  ])('of one second is %s, in every order of arrival', (_, states, last) => {
    const steps = walk(states, [0, 1, 1, 1])
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (order) => {
        expect(settled([...order, ...order])).toEqual(last)
      }),
    )
  })

  test('is where a walk through states ends, whatever they are and however many share a second', () => {
    const state = fc.constantFrom<State>(pro, team, paused, { ...pro, billed: 0 }, { ...team, amount: null })
    const example = fc
      .tuple(fc.array(state, { minLength: 1, maxLength: 10 }), fc.array(fc.nat(2), { minLength: 10, maxLength: 10 }))
      .chain(([states, gaps]) => {
        // What comes first is alone in its instant: a subscription is created before it is updated.
        const at = gaps.map((_, index) =>
          index === 0 ? 0 : 1 + gaps.slice(1, index + 1).reduce((sum, gap) => sum + Number(gap === 2), 0),
        )
        const steps = walk(states, at)
        return fc.record({
          last: fc.constant(states.at(-1)),
          order: fc.shuffledSubarray(steps, { minLength: steps.length }),
        })
      })
    fc.assert(
      fc.property(example, ({ last, order }) => {
        expect(settled(order)).toEqual(last)
      }),
      { numRuns: 500 },
    )
  })

  test('is the same in every order where it cannot be told: a round trip from nobody knows where', () => {
    const [, there, back] = walk([pro, team, pro], [0, 1, 1])
    if (!there || !back) throw new TypeError('a walk of three has three steps')
    expect(settled([there, back])).toEqual(settled([back, there]))
  })

  test('takes what two webhooks tell of one change for one', () => {
    const [created, pause] = walk([team, paused], [0, 1])
    if (!created || !pause) throw new TypeError('a walk of two has two steps')
    const again = { ...pause, previous: null }
    for (const order of [
      [created, pause, again],
      [again, pause, created],
    ])
      expect(settled(order)).toEqual(paused)
  })

  test('keeps the newest ten, whatever came first', () => {
    const states = Array.from({ length: 30 }, (_, index) => ({ ...pro, amount: index }))
    const steps = walk(
      states,
      states.map((_, index) => index),
    )
    const kept = (order: readonly SubscriptionRow[]) => keptOf(order).map(({ event }) => event)
    expect(kept(steps)).toEqual(kept([...steps].reverse()))
    expect(kept(steps)).toHaveLength(10)
  })
})
