import type { Utm } from '@threadline/schema'
import { PLAN_IDS, type PlanId } from '../../plans.ts'
import { seededRandom } from './random.ts'

const HOUR_MS = 60 * 60 * 1000
const VISITS = 40
const SEED = 2_024

/** How far a visitor goes; each step includes those before it. */
export const STEPS = ['land', 'pricing', 'signup', 'pay'] as const

export type Step = (typeof STEPS)[number]

/** One visitor's hour, decided beforehand. */
export interface Visit {
  /** When each step happens, in milliseconds since the epoch; a step that does not happen is absent. */
  readonly at: Readonly<Partial<Record<Step, number>>>
  /** Where the visitor came from; undefined is nowhere in particular. */
  readonly utm: Utm | undefined
  readonly plan: PlanId
  readonly email: string
  /** Different in every run, so that each run's users are new people. */
  readonly userId: string
}

const CAMPAIGNS: readonly (Utm | undefined)[] = [
  { source: 'newsletter', medium: 'email', campaign: 'autumn' },
  { source: 'google', medium: 'cpc', campaign: 'beans' },
  { source: 'instagram', medium: 'social', campaign: 'latte-art' },
  undefined,
]

/** Of those who took the step before, how many take this one. */
const CHANCE: Readonly<Record<Step, number>> = { land: 1, pricing: 0.7, signup: 0.5, pay: 0.6 }

/** The same {@link VISITS} visits in every run, spread over the hour before `now` (milliseconds since the epoch). */
export function planVisits(now: number): readonly Visit[] {
  const random = seededRandom(SEED)
  const pick = <T>(choices: readonly [T, ...T[]] | readonly T[]): T | undefined =>
    choices[Math.floor(random() * choices.length)]

  return Array.from({ length: VISITS }, (_, index) => {
    const at: Partial<Record<Step, number>> = {}
    // The last visitor still has ten minutes to pay.
    let moment = now - HOUR_MS + ((HOUR_MS - 600_000) * (index + random())) / VISITS
    for (const step of STEPS) {
      if (random() >= CHANCE[step]) break
      at[step] = Math.round(moment)
      moment += 15_000 + random() * 105_000
    }
    return {
      at,
      utm: pick(CAMPAIGNS),
      plan: pick(PLAN_IDS) ?? 'regular',
      email: `visitor-${index + 1}@example.com`,
      userId: `seed_${now.toString(36)}_${index + 1}`,
    }
  })
}
