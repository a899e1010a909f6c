import type { TrackEvent } from '@threadline/schema'
import type { BillingId, Together } from './billing-components.ts'
import type { SqlDriver, SqlSession } from './driver.ts'

/** What nothing may be kept of, after some events. */
export interface Refusals {
  /** Labels of payments that any of these events is about. */
  readonly payments: readonly string[]
  /** Ids of refused subscriptions that any of these events names. */
  readonly subscriptions: readonly string[]
  /** Those of them that nobody had refused before. */
  readonly newSubscriptions: readonly string[]
  /** Of each event in turn, whether it is about any of them. */
  readonly events: readonly boolean[]
}

/**
 * Finds what is refused: a payment when any event about it says so, or when it is for a subscription of which any event
 * does. `ids` are all that the events name, with their labels as they are now.
 */
export function findRefusals(ids: readonly BillingId[], events: readonly Together[]): Refusals {
  const labels = new Map(ids.map(({ id, payment }) => [id, payment]))
  const known = ids.filter(({ refused }) => refused === 1)
  const payments = new Set(known.flatMap(({ payment }) => payment ?? []))
  const subscriptions = new Set(known.flatMap(({ id, payment }) => (payment === null ? id : [])))
  const before = new Set(subscriptions)

  const isRefused = ({ paymentIds, payerIds, refuses }: Together) =>
    refuses ||
    paymentIds.some((id) => payments.has(labels.get(id) ?? '')) ||
    payerIds.some((id) => subscriptions.has(id))

  // One event may tell of another's refusal, in either order.
  for (let size = -1; size !== payments.size + subscriptions.size; ) {
    size = payments.size + subscriptions.size
    for (const event of events.filter(isRefused)) {
      for (const id of event.paymentIds) payments.add(labels.get(id) ?? id)
      if (event.refuses) for (const id of event.payerIds) subscriptions.add(id)
    }
  }
  const refused = events.map(isRefused)
  const about = events.filter((_, index) => refused[index]).flatMap(({ paymentIds }) => paymentIds)
  return {
    payments: [...new Set(about.map((id) => labels.get(id) ?? id))],
    subscriptions: [...subscriptions],
    newSubscriptions: [...subscriptions].filter((id) => !before.has(id)),
    events: refused,
  }
}

/** Removes what is stored of refused payments and subscriptions, and notes that nothing of them may come back. */
export function createRefusals(driver: Pick<SqlDriver, 'rowsFrom'>) {
  const listed = (parameter: string) => `(SELECT id FROM ${driver.rowsFrom(parameter, { id: 'VARCHAR' })})`
  const idsOfPayers = `(SELECT id FROM billing_ids WHERE project = $1 AND payer IN ${listed('$2')})`
  const idsOfPayments = `(SELECT id FROM billing_ids WHERE project = $1 AND payment IN ${listed('$2')})`
  const payersOf = `SELECT DISTINCT payer FROM billing_ids
    WHERE project = $1 AND (payment IN ${listed('$2')} OR id IN ${listed('$3')})`
  const toldOf = `SELECT payment_ref, body FROM events WHERE project = $1 AND payment_ref IN ${idsOfPayers}`
  const labelsOf = `SELECT DISTINCT payment FROM billing_ids
    WHERE project = $1 AND payment IS NOT NULL AND id IN ${listed('$2')}`
  const note = `UPDATE billing_ids SET refused = 1
    WHERE project = $1 AND (payment IN ${listed('$2')} OR id IN ${listed('$3')})`
  const removeOfPayments = `DELETE FROM events WHERE project = $1 AND payment_ref IN ${idsOfPayments}`
  const removeOfSubscriptions = `DELETE FROM events WHERE project = $1 AND payment_ref IN ${listed('$2')}`
  const removeStates = `DELETE FROM subscriptions WHERE project = $1 AND subscription IN ${listed('$2')}`
  // Whom a payer's events name is known from them alone; it goes with the last of them.
  const removeClaims = `DELETE FROM payer_claims WHERE project = $1 AND id IN ${idsOfPayers}
    AND NOT EXISTS (SELECT 1 FROM events WHERE project = $1 AND payment_ref IN ${idsOfPayers})`

  /** Payments of a subscription that were stored before it was refused. Only their events name both. */
  async function paymentsFor(session: SqlSession, project: string, subscriptions: readonly string[]) {
    if (subscriptions.length === 0) return []
    const payers = await session.query(payersOf, [project, asList([]), asList(subscriptions)])
    const told = await session.query(toldOf, [project, asList(payers.map(({ payer }) => String(payer)))])
    const refs = told
      .filter(({ body }) => payersIn(String(body)).some((id) => subscriptions.includes(id)))
      .map(({ payment_ref }) => String(payment_ref))
    const labels = await session.query(labelsOf, [project, asList(refs)])
    return labels.map(({ payment }) => String(payment))
  }

  return async (session: SqlSession, project: string, refusals: Refusals): Promise<void> => {
    const { subscriptions, newSubscriptions } = refusals
    if (!refusals.events.includes(true)) return
    const payments = [...refusals.payments, ...(await paymentsFor(session, project, newSubscriptions))]
    const payers = await session.query(payersOf, [project, asList(payments), asList(subscriptions)])
    await session.query(note, [project, asList(payments), asList(subscriptions)])
    await session.query(removeOfPayments, [project, asList(payments)])
    await session.query(removeOfSubscriptions, [project, asList(subscriptions)])
    await session.query(removeStates, [project, asList(subscriptions)])
    await session.query(removeClaims, [project, asList(payers.map(({ payer }) => String(payer)))])
  }
}

/** As ingestion has checked it. */
function payersIn(body: string): readonly string[] {
  const { billing }: Pick<TrackEvent, 'billing'> = JSON.parse(body)
  const { payerIds = [], subscription } = billing ?? {}
  return subscription ? [...payerIds, subscription.id] : payerIds
}

function asList(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ id })))
}
