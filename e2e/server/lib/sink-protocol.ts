/** What the sink does with one request instead of storing and answering it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly location?: string }
  /** Stores the batch, then closes the connection. */
  | { readonly kind: 'lost-answer' }
  /** Closes the connection and stores nothing. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'silent' }
  /** Answers the head and the beginning of the body, and nothing more. */
  | { readonly kind: 'stalled-body' }

export interface SinkOrders {
  /** One for each of the next requests. */
  readonly faults?: readonly Fault[]
  /** Answers 503 for so long. */
  readonly downForMs?: number
  /** Answers 413 to larger bodies. */
  readonly maxBytes?: number
  /** Answers 400 to a batch that holds this event. */
  readonly poison?: string
  /** Answers 500 to a batch that holds this event. */
  readonly crashesOn?: string
  /** Answers that this event is invalid, and stores the rest. */
  readonly invalid?: string
  /** Answers 415 to compressed bodies, as a proxy does that cannot look into them. */
  readonly refusesGzip?: boolean
  /** Milliseconds before each answer. */
  readonly delayMs?: number
}

export interface TenantState {
  requests: number
  /** Requests that are not answered yet, and the most of them at any time. */
  open: number
  mostOpen: number
  /** How often each event id arrived. */
  received: { [eventId: string]: number }
  /** Ids stored, each once. */
  stored: string[]
  /** When each request arrived, milliseconds since the Unix epoch. */
  requestTimes: number[]
}
