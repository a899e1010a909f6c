import { type BillingId, joinIds, type Together } from './billing-components.ts'
import { createRefusals, findRefusals } from './billing-refusals.ts'
import type { Columns, SqlDriver, SqlRow, SqlSession } from './driver.ts'
import type { BillingFacts, EventRow, SubscriptionRow } from './store.ts'

const ID_COLUMNS: Columns = {
  project: 'VARCHAR',
  id: 'VARCHAR',
  payment: 'VARCHAR',
  payer: 'VARCHAR',
  paid: 'INTEGER',
  person: 'INTEGER',
}

const CLAIM_COLUMNS: Columns = {
  project: 'VARCHAR',
  id: 'VARCHAR',
  anonymous_id: 'VARCHAR',
  user_id: 'VARCHAR',
  first_seen: 'BIGINT',
}

const SUBSCRIPTION_COLUMNS: Columns = {
  project: 'VARCHAR',
  subscription: 'VARCHAR',
  changed_at: 'BIGINT',
  billed: 'INTEGER',
  plan: 'VARCHAR',
  billing_interval: 'VARCHAR',
  interval_count: 'INTEGER',
  amount: 'BIGINT',
  currency: 'VARCHAR',
  account: 'VARCHAR',
  livemode: 'INTEGER',
}

/** An event that says something of a payment or a payer. */
type BillingRow = EventRow & { readonly billing: BillingFacts }

/** Takes the turn of a project: until the transaction ends, nobody else joins or erases ids of its payments. */
export const TAKE_TURN = `INSERT INTO billing_turns (project, turn) VALUES ($1, 1)
  ON CONFLICT (project) DO UPDATE SET turn = billing_turns.turn + 1`

/**
 * Writes what events say of payments and payers. Duplicates say it too: a charge is the same event as its payment intent,
 * and yet only one of them may know the invoice, or the visitor.
 *
 * What a payer has refused is removed again, also where it was stored before.
 *
 * @returns the rows of which nothing is kept.
 */
export function createBillingAppend(
  driver: SqlDriver,
): (session: SqlSession, rows: readonly EventRow[]) => Promise<ReadonlySet<EventRow>> {
  const readIds = `SELECT ${names(ID_COLUMNS)}, refused FROM billing_ids WHERE project = $1
    AND id IN (SELECT id FROM ${driver.rowsFrom('$2', { id: 'VARCHAR' })})`
  const writeIds = `INSERT INTO billing_ids (${names(ID_COLUMNS)})
    SELECT ${names(ID_COLUMNS)} FROM ${driver.rowsFrom('$1', ID_COLUMNS)}
    ON CONFLICT (project, id) DO UPDATE SET payment = excluded.payment, payer = excluded.payer, paid = excluded.paid,
      person = excluded.person`
  const renamePayment = 'UPDATE billing_ids SET payment = $3 WHERE project = $1 AND payment = $2'
  const renamePayer = 'UPDATE billing_ids SET payer = $3 WHERE project = $1 AND payer = $2'
  const writeClaims = `INSERT INTO payer_claims (${names(CLAIM_COLUMNS)})
    SELECT ${names(CLAIM_COLUMNS)} FROM ${driver.rowsFrom('$1', CLAIM_COLUMNS)}
    ON CONFLICT (project, id, anonymous_id, user_id) DO UPDATE SET first_seen = excluded.first_seen
    WHERE excluded.first_seen < payer_claims.first_seen`
  const state = Object.keys(SUBSCRIPTION_COLUMNS).slice(2)
  // Of two states of one instant the same one stays, whichever comes first.
  const order = (table: string) =>
    `(${table}.changed_at, ${table}.billed, ${table}.plan, coalesce(${table}.amount, 0), ${table}.interval_count)`
  const writeSubscriptions = `INSERT INTO subscriptions (${names(SUBSCRIPTION_COLUMNS)})
    SELECT ${names(SUBSCRIPTION_COLUMNS)} FROM ${driver.rowsFrom('$1', SUBSCRIPTION_COLUMNS)}
    ON CONFLICT (project, subscription) DO UPDATE SET ${state.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE ${order('excluded')} > ${order('subscriptions')}`

  const refuse = createRefusals(driver)

  async function writeProject(session: SqlSession, project: string, rows: readonly BillingRow[]) {
    await session.query(TAKE_TURN, [project])
    const together = rows.map(togetherOf)
    const asked = new Set(together.flatMap(({ paymentIds, payerIds }) => [...paymentIds, ...payerIds]))
    const values = [project, JSON.stringify([...asked].map((id) => ({ id })))]
    const known = (await session.query(readIds, values)).map(toBillingId)
    const { ids, changed, payments, payers } = joinIds(project, known, together)
    if (changed.length > 0) await session.query(writeIds, [JSON.stringify(changed)])
    for (const [from, to] of payments) await session.query(renamePayment, [project, from, to])
    for (const [from, to] of payers) await session.query(renamePayer, [project, from, to])
    const refusals = findRefusals(ids, together)
    await refuse(session, project, refusals)
    const kept = rows.filter((_, index) => !refusals.events[index])
    const claims = claimsOf(kept)
    if (claims.length > 0) await session.query(writeClaims, [JSON.stringify(claims)])
    const subscriptions = latestOf(kept)
    if (subscriptions.length > 0) await session.query(writeSubscriptions, [JSON.stringify(subscriptions)])
    return rows.filter((_, index) => refusals.events[index])
  }

  return async (session, rows) => {
    const telling = rows.filter((row): row is BillingRow => row.billing !== undefined)
    // In one order everywhere, so that nobody waits in a circle for the turns of two projects.
    const projects = [...new Set(telling.map(({ project }) => project))].sort()
    const refused = new Set<EventRow>()
    for (const project of projects) {
      const own = telling.filter((row) => row.project === project)
      for (const row of await writeProject(session, project, own)) refused.add(row)
    }
    return refused
  }
}

function togetherOf({ anonymous_id, billing: { paymentIds, payerIds, paid, refuses } }: BillingRow): Together {
  const isPayer = anonymous_id !== null && [...paymentIds, ...payerIds].includes(anonymous_id)
  return { paymentIds, payerIds, paid, person: isPayer && !refuses ? anonymous_id : null, refuses }
}

/** Whom events name beside a payer's ids, each once with the earliest time. */
function claimsOf(rows: readonly BillingRow[]) {
  const claims = new Map<string, { readonly first_seen: number }>()
  for (const { project, ts, billing } of rows) {
    const { payerIds, paymentIds, visitor, user } = billing
    const id = payerIds[0] ?? paymentIds[0]
    if (id === undefined || (visitor === null && user === null)) continue
    const claim = { project, id, anonymous_id: visitor ?? '', user_id: user ?? '', first_seen: ts }
    const key = [id, claim.anonymous_id, claim.user_id].join('\0')
    if (ts < (claims.get(key)?.first_seen ?? Number.POSITIVE_INFINITY)) claims.set(key, claim)
  }
  return [...claims.values()]
}

/** One row for each subscription: a statement may write a row only once. */
function latestOf(rows: readonly BillingRow[]): readonly SubscriptionRow[] {
  const latest = new Map<string, SubscriptionRow>()
  for (const { billing } of rows) {
    const state = billing.subscription
    const known = state && latest.get(state.subscription)
    if (state && (!known || isLater(state, known))) latest.set(state.subscription, state)
  }
  return [...latest.values()]
}

/** As the statement orders them. */
function isLater(a: SubscriptionRow, b: SubscriptionRow): boolean {
  if (a.changed_at !== b.changed_at) return a.changed_at > b.changed_at
  if (a.billed !== b.billed) return a.billed > b.billed
  if (a.plan !== b.plan) return a.plan > b.plan
  if (a.amount !== b.amount) return (a.amount ?? 0) > (b.amount ?? 0)
  return a.interval_count > b.interval_count
}

function toBillingId(row: SqlRow): BillingId {
  const payment = row['payment'] ?? null
  return {
    project: String(row['project']),
    id: String(row['id']),
    payment: payment === null ? null : String(payment),
    payer: String(row['payer']),
    paid: Number(row['paid']),
    person: Number(row['person']),
    refused: Number(row['refused'] ?? 0),
  }
}

function names(columns: Columns): string {
  return Object.keys(columns).join(', ')
}
