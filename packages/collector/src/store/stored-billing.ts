/** What is stored of a person's payments beside their events. */
export interface StoredBilling {
  /** The ids by which providers know the person and their payments. */
  readonly ids: readonly string[]
  readonly claims: readonly StoredClaim[]
  readonly subscriptions: readonly StoredSubscription[]
}

/** Whom an event named beside an id of a payment or a payer: a visitor, a user or both. */
export interface StoredClaim {
  readonly id: string
  readonly anonymousId: string | null
  readonly userId: string | null
  /** When they were first named together, in ms since the epoch. */
  readonly firstSeen: number
}

/** The latest state of a subscription. */
export interface StoredSubscription {
  readonly id: string
  /** In ms since the epoch. */
  readonly changedAt: number
  readonly billed: boolean
  readonly plan: string
  readonly interval: string
  readonly intervalCount: number
  /** List price of one interval in minor units; null when unknown. */
  readonly amount: number | null
  readonly currency: string
  /** The connected account; null for the project's own. */
  readonly account: string | null
  readonly livemode: boolean
}
