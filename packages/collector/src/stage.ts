/** How far a person can come, in order: known by visits alone; interested; trying; paying. */
export const STAGES = ['visitor', 'consideration', 'trial', 'customer'] as const

/** The furthest a person has come. */
export type Stage = (typeof STAGES)[number]

/**
 * Which events bring a person to a stage: the standard events, and the names that FunnelFizz moves stages by. A person
 * with a user id is at consideration whatever their events.
 */
export const STAGE_EVENTS: { readonly [S in Exclude<Stage, 'visitor'>]: readonly string[] } = {
  consideration: ['$identify', 'signup', 'signup_completed', 'lead_created', 'checkout_started'],
  trial: ['trial_signup', 'trial_start', 'trial_started', 'subscription_started'],
  customer: ['checkout_finished', 'purchase', 'subscription_renewed', 'invoice_paid'],
}
