export type Fields = { readonly [name: string]: unknown }

/** One webhook of a story, as Stripe would send it. */
export interface Webhook {
  readonly type: string
  readonly object: Fields
  readonly before?: Fields
  /** Seconds after the story began. */
  readonly at: number
}

/** Who lives a story, and by what names: every telling of it has its own. */
export interface Cast {
  /** What ends every id of the telling. */
  readonly run: string
  readonly visitor: string
  readonly user: string
  readonly email: string
}

/** What money there is in the end, by the story's own sums. */
export interface Outcome {
  readonly currency: string
  readonly amount: number
  readonly refunded?: number
}

type Stage = 'visitor' | 'consideration' | 'trial' | 'customer'

/** A life of a payment or a subscription. */
export interface Story {
  readonly name: string
  readonly webhooks: (cast: Cast) => readonly Webhook[]
  /** `null` when no money has moved. `without` is the type of webhook that is not subscribed. */
  readonly money: Outcome | null
  readonly stage: Stage
  /** Another stage than `stage`, where a type of webhook that is not subscribed would have told of it. */
  readonly stageWithout?: (without: string | undefined) => Stage | undefined
  /** What a month of it comes to, where the types that tell of it are subscribed. */
  readonly monthly?: (without: string | undefined) => number
  /** Whom the money belongs to. */
  readonly person: keyof Pick<Cast, 'visitor' | 'user'> | 'guest'
  /** Types of webhooks without which the money is nobody's, or not known: every telling has them. */
  readonly required?: readonly string[]
  readonly account?: string
  readonly livemode?: false
  /** The version that the webhooks are written in; the fixtures' own unless given. */
  readonly apiVersion?: string
}
