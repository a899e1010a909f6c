/** What the shop sells. Shared by the pages and the server, so that a price is written once. */
export interface Plan {
  readonly name: string
  /** Price a month in minor units of {@link CURRENCY}: 4900 is 49.00 $. */
  readonly amount: number
  readonly grams: number
  readonly summary: string
}

/** ISO 4217 code of every price. */
export const CURRENCY = 'USD'

export const PLANS = {
  taster: { name: 'Taster', amount: 1900, grams: 250, summary: 'One bag, for one careful drinker.' },
  regular: { name: 'Regular', amount: 4900, grams: 1000, summary: 'Two bags and a guest roast, for a household.' },
  office: { name: 'Office', amount: 9900, grams: 2500, summary: 'Five bags, for a team that likes mornings.' },
} as const satisfies Record<string, Plan>

export type PlanId = keyof typeof PLANS

export const PLAN_IDS = ['taster', 'regular', 'office'] as const satisfies readonly PlanId[]

/** The plan a link or a form names, or undefined when it names none. */
export function planFrom(value: unknown): PlanId | undefined {
  return PLAN_IDS.find((id) => id === value)
}
