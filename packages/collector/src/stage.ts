/** How far a person has come, in order. */
export const STAGES = ['visitor', 'consideration', 'trial', 'customer'] as const

export type Stage = (typeof STAGES)[number]

/**
 * The stage that an event brings a person to. FunnelFizz's names and the standard events side by side; paying makes a
 * customer.
 */
const REACHED: { readonly [event: string]: Stage } = {
  signup: 'consideration',
  signup_completed: 'consideration',
  $identify: 'consideration',
  trial_signup: 'trial',
  trial_start: 'trial',
  trial_started: 'trial',
  purchase: 'customer',
  checkout_finished: 'customer',
  subscription_started: 'customer',
  subscription_renewed: 'customer',
  invoice_paid: 'customer',
}

/** The events that move somebody to another stage. */
export const STAGE_EVENTS: readonly string[] = Object.keys(REACHED)

/** The furthest stage that any of these events reached; nobody goes back. */
export function stageAfter(events: readonly string[]): Stage {
  const reached = events.map((event) => STAGES.indexOf((Object.hasOwn(REACHED, event) && REACHED[event]) || 'visitor'))
  return STAGES[Math.max(0, ...reached)] ?? 'visitor'
}
