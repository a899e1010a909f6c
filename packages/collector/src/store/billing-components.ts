/** An id of a payment or a payer as it is stored. */
export interface BillingId {
  readonly project: string
  readonly id: string
  /** What all ids of one payment share; null for an id that is none of a payment. */
  readonly payment: string | null
  /**
   * What all ids of one subscription and its payments share: 0 where there is a subscription and 1 where not, a colon, and an
   * id. Null for an id that is of neither.
   */
  readonly series: string | null
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
  /** The one of them that is a subscription. */
  readonly subscription: string | null
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
  readonly series: ReadonlyMap<string, string>
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
  const series = createLabels()
  const payers = createLabels()

  for (const event of events) {
    const { paymentIds, payerIds, subscription } = event
    const all = [...paymentIds, ...payerIds]
    const serial = subscription === null ? paymentIds : [...paymentIds, subscription]
    const payment = payments.join(paymentIds.map((id) => ids.get(id)?.payment ?? id))
    const inSeries = series.join(serial.map((id) => ids.get(id)?.series ?? `${id === subscription ? 0 : 1}:${id}`))
    const payer = payers.join(all.map((id) => ids.get(id)?.payer ?? `${rankOf(id, event)}:${id}`))
    for (const id of all) {
      const row = told(ids.get(id) ?? unknown(project, id), event)
      ids.set(id, {
        ...row,
        payment: paymentIds.includes(id) ? (payment ?? id) : row.payment,
        series: serial.includes(id) ? (inSeries ?? null) : row.series,
        payer: payer ?? id,
      })
    }
  }

  const settled = [...ids.values()].map((row) => ({
    ...row,
    payment: row.payment === null ? null : payments.of(row.payment),
    series: row.series === null ? null : series.of(row.series),
    payer: payers.of(row.payer),
  }))
  return {
    ids: settled,
    changed: settled.filter((row) => !isSame(row, before.get(row.id))),
    payments: payments.renamed(known.flatMap(({ payment }) => payment ?? [])),
    series: series.renamed(known.flatMap((row) => row.series ?? [])),
    payers: payers.renamed(known.map(({ payer }) => payer)),
  }
}

function unknown(project: string, id: string): BillingId {
  return { project, id, payment: null, series: null, payer: id, paid: 0, person: 0, refused: 0 }
}

/** With what an event says of the id itself. */
function told(row: BillingId, { paymentIds, paid, person }: Together): BillingId {
  return {
    ...row,
    paid: Math.max(row.paid, Number(paid && paymentIds.includes(row.id))),
    person: Math.max(row.person, Number(person === row.id)),
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
  const members = ['payment', 'series', 'payer', 'paid', 'person'] as const
  return members.every((member) => row[member] === before[member])
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
