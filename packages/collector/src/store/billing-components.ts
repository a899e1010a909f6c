/** An id of a payment or a payer as it is stored. */
export interface BillingId {
  readonly project: string
  readonly id: string
  /** What all ids of one payment share; null for an id that is none of a payment. */
  readonly payment: string | null
  /** What all ids that lead to one payer share: a digit for how well its id names somebody, a colon, and the id. */
  readonly payer: string
  /** 1 when an event says that it was paid. */
  readonly paid: number
  /** 1 when an event has it as its visitor. */
  readonly person: number
  /** 1 when nothing of its payment, or of the subscription that it is, may be kept. Not written with the rest. */
  readonly refused: number
}

/** Ids that one event has together. */
export interface Together {
  readonly paymentIds: readonly string[]
  /** The one that names somebody best comes first. */
  readonly payerIds: readonly string[]
  readonly paid: boolean
  /** The one of them that the event has as its visitor. */
  readonly person: string | null
  /** It says that nothing may be kept of these. */
  readonly refuses: boolean
}

export interface Joined {
  /** All ids that the events name, as they are now. */
  readonly ids: readonly BillingId[]
  /** Ids that are new, or known for something new. */
  readonly changed: readonly BillingId[]
  /** Labels that turned out to stand for what another one stands for. */
  readonly payments: ReadonlyMap<string, string>
  readonly payers: ReadonlyMap<string, string>
}

/**
 * Joins ids that events have together with what is known of them. Of two labels the lesser stays, so the outcome is the
 * same in whatever order events arrive.
 */
export function joinIds(project: string, known: readonly BillingId[], events: readonly Together[]): Joined {
  const before = new Map(known.map((row) => [row.id, row]))
  const ids = new Map<string, BillingId>(before)
  const payments = createLabels()
  const payers = createLabels()

  for (const event of events) {
    const { paymentIds, payerIds, paid, person } = event
    const all = [...paymentIds, ...payerIds]
    const payment = payments.join(paymentIds.map((id) => ids.get(id)?.payment ?? id))
    const payer = payers.join(all.map((id) => ids.get(id)?.payer ?? `${rankOf(id, event)}:${id}`))
    for (const id of all) {
      const row = ids.get(id)
      const isOfPayment = paymentIds.includes(id)
      ids.set(id, {
        project,
        id,
        payment: isOfPayment ? (payment ?? id) : (row?.payment ?? null),
        payer: payer ?? id,
        paid: Math.max(row?.paid ?? 0, Number(paid && isOfPayment)),
        person: Math.max(row?.person ?? 0, Number(person === id)),
        refused: row?.refused ?? 0,
      })
    }
  }

  const settled = [...ids.values()].map((row) => ({
    ...row,
    payment: row.payment === null ? null : payments.of(row.payment),
    payer: payers.of(row.payer),
  }))
  return {
    ids: settled,
    changed: settled.filter((row) => !isSame(row, before.get(row.id))),
    payments: payments.renamed(known.flatMap(({ payment }) => payment ?? [])),
    payers: payers.renamed(known.map(({ payer }) => payer)),
  }
}

/** A customer names a payer best, then a subscription, then a payment. A refusal names subscriptions alone. */
function rankOf(id: string, { payerIds, refuses }: Together): number {
  const index = payerIds.indexOf(id)
  if (index === -1) return 2
  return refuses || index > 0 ? 1 : 0
}

function isSame(row: BillingId, before: BillingId | undefined): boolean {
  if (!before) return false
  const { payment, payer, paid, person } = row
  return payment === before.payment && payer === before.payer && paid === before.paid && person === before.person
}

/** Labels, each leading to the least of those that it was joined with. */
function createLabels() {
  const next = new Map<string, string>()

  function of(label: string): string {
    let last = label
    for (let at = next.get(last); at !== undefined; at = next.get(last)) last = at
    return last
  }

  return {
    of,
    join(labels: readonly string[]): string | undefined {
      const ends = [...new Set(labels.map(of))].sort()
      const [least] = ends
      if (least !== undefined) for (const label of ends.slice(1)) next.set(label, least)
      return least
    },
    /** Which of these became others. */
    renamed(labels: readonly string[]): ReadonlyMap<string, string> {
      return new Map(labels.map((label) => [label, of(label)] as const).filter(([label, end]) => label !== end))
    },
  }
}
