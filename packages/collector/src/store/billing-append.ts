import { type BillingId, joinIds, type Together } from './billing-components.ts'
import { createRefusals, findRefusals } from './billing-refusals.ts'
import type { Columns, SqlDriver, SqlRow, SqlSession } from './driver.ts'
import type { BillingFacts, EventRow, SubscriptionRow } from './store.ts'
import { latestStep, mergeSteps } from './subscription-steps.ts'

const ID_COLUMNS: Columns = {
  project: 'VARCHAR',
  id: 'VARCHAR',
  payment: 'VARCHAR',
  series: 'VARCHAR',
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
  steps: 'VARCHAR',
}

/** An event that says something of a payment or a payer. */
type BillingRow = EventRow & { readonly billing: BillingFacts }

/** Those of the rows that are stored now; the others were stored before. */
type FreshRows = ReadonlySet<EventRow>

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
): (session: SqlSession, rows: readonly EventRow[], fresh: FreshRows) => Promise<ReadonlySet<EventRow>> {
  const readIds = `SELECT ${names(ID_COLUMNS)}, refused FROM billing_ids WHERE project = $1
    AND id IN (SELECT id FROM ${driver.rowsFrom('$2', { id: 'VARCHAR' })})`
  const writeIds = `INSERT INTO billing_ids (${names(ID_COLUMNS)})
    SELECT ${names(ID_COLUMNS)} FROM ${driver.rowsFrom('$1', ID_COLUMNS)}
    ON CONFLICT (project, id) DO UPDATE SET payment = excluded.payment, series = excluded.series,
      payer = excluded.payer, paid = excluded.paid, person = excluded.person`
  const rename = (label: string) => `UPDATE billing_ids SET ${label} = $3 WHERE project = $1 AND ${label} = $2`
  const renames = { payments: rename('payment'), series: rename('series'), payers: rename('payer') }
  const writeClaims = `INSERT INTO payer_claims (${names(CLAIM_COLUMNS)})
    SELECT ${names(CLAIM_COLUMNS)} FROM ${driver.rowsFrom('$1', CLAIM_COLUMNS)}
    ON CONFLICT (project, id, anonymous_id, user_id) DO UPDATE SET first_seen = excluded.first_seen
    WHERE excluded.first_seen < payer_claims.first_seen`
  const state = Object.keys(SUBSCRIPTION_COLUMNS).slice(2)
  const readSubscriptions = `SELECT ${names(SUBSCRIPTION_COLUMNS)} FROM subscriptions WHERE project = $1
    AND subscription IN (SELECT id FROM ${driver.rowsFrom('$2', { id: 'VARCHAR' })})`
  const writeSubscriptions = `INSERT INTO subscriptions (${names(SUBSCRIPTION_COLUMNS)})
    SELECT ${names(SUBSCRIPTION_COLUMNS)} FROM ${driver.rowsFrom('$1', SUBSCRIPTION_COLUMNS)}
    ON CONFLICT (project, subscription) DO UPDATE SET ${state.map((name) => `${name} = excluded.${name}`).join(', ')}`
  const refuse = createRefusals(driver)

  async function writeProject(session: SqlSession, project: string, told: readonly BillingRow[], fresh: FreshRows) {
    await session.query(TAKE_TURN, [project])
    const asked = new Set(told.flatMap(({ billing: { paymentIds, payerIds } }) => [...paymentIds, ...payerIds]))
    const values = [project, JSON.stringify([...asked].map((id) => ({ id })))]
    const known = (await session.query(readIds, values)).map(toBillingId)
    const rows = withoutForgotten(told, fresh, known)
    const together = rows.map(togetherOf)
    const { ids, changed, ...renamed } = joinIds(project, known, together)
    if (changed.length > 0) await session.query(writeIds, [JSON.stringify(changed)])
    for (const label of ['payments', 'series', 'payers'] as const) {
      for (const [from, to] of renamed[label]) await session.query(renames[label], [project, from, to])
    }
    const refusals = findRefusals(ids, together)
    await refuse(session, project, refusals)
    const kept = rows.filter((_, index) => !refusals.events[index])
    const claims = claimsOf(kept)
    if (claims.length > 0) await session.query(writeClaims, [JSON.stringify(claims)])
    await writeStates(
      session,
      project,
      kept.flatMap(({ billing: { subscription } }) => subscription ?? []),
    )
    return rows.filter((_, index) => refusals.events[index])
  }

  async function writeStates(session: SqlSession, project: string, told: readonly SubscriptionRow[]): Promise<void> {
    if (told.length === 0) return
    const ids = [...new Set(told.map(({ subscription }) => subscription))]
    const rows = await session.query(readSubscriptions, [project, JSON.stringify(ids.map((id) => ({ id })))])
    const steps = [...rows.flatMap(toSteps), ...told]
    const states = ids.map((id) => stateOf(steps.filter(({ subscription }) => subscription === id)))
    await session.query(writeSubscriptions, [JSON.stringify(states)])
  }

  return async (session, rows, fresh) => {
    const telling = rows.filter((row): row is BillingRow => row.billing !== undefined)
    // In one order everywhere, so that nobody waits in a circle for the turns of two projects.
    const projects = [...new Set(telling.map(({ project }) => project))].sort()
    const refused = new Set<EventRow>()
    for (const project of projects) {
      const own = telling.filter((row) => row.project === project)
      for (const row of await writeProject(session, project, own, fresh)) refused.add(row)
    }
    return refused
  }
}

/**
 * Without those that were stored before and are about something of which no id is left: whoever it belonged to was forgotten,
 * and a resend brings nothing of them back.
 */
function withoutForgotten(rows: readonly BillingRow[], fresh: FreshRows, known: readonly BillingId[]) {
  const idsOf = ({ billing: { paymentIds, about } }: BillingRow) =>
    paymentIds.length > 0 || about === null ? paymentIds : [about]
  const isNew = (row: BillingRow) => fresh.has(row) || row.billing.refuses
  const ids = new Set([...known.map(({ id }) => id), ...rows.filter(isNew).flatMap(idsOf)])
  return rows.filter((row) => isNew(row) || idsOf(row).some((id) => ids.has(id)))
}

function togetherOf({ anonymous_id, billing }: BillingRow): Together {
  const { paymentIds, payerIds, subscriptionId, paid, refuses } = billing
  const isPayer = anonymous_id !== null && [...paymentIds, ...payerIds].includes(anonymous_id)
  const person = isPayer && !refuses ? anonymous_id : null
  return { paymentIds, payerIds, subscription: subscriptionId, paid, person, refuses }
}

/** Whom events name beside an id of what they are about, each once with the earliest time. */
function claimsOf(rows: readonly BillingRow[]) {
  const claims = new Map<string, { readonly first_seen: number }>()
  for (const { project, ts, billing } of rows) {
    const { about: id, visitor, user } = billing
    if (id === null || (visitor === null && user === null)) continue
    const claim = { project, id, anonymous_id: visitor ?? '', user_id: user ?? '', first_seen: ts }
    const key = [id, claim.anonymous_id, claim.user_id].join('\0')
    if (ts < (claims.get(key)?.first_seen ?? Number.POSITIVE_INFINITY)) claims.set(key, claim)
  }
  return [...claims.values()]
}

/** The row of a subscription: its latest state, and the changes that it follows from. */
function stateOf(told: readonly SubscriptionRow[]) {
  const steps = mergeSteps(told)
  return { ...latestStep(steps), steps: JSON.stringify(steps) }
}

/** What is stored of a subscription. A row without steps, as earlier versions wrote it, is one itself. */
function toSteps(row: SqlRow): readonly SubscriptionRow[] {
  const { steps = null, amount = null, account = null } = row
  if (steps !== null) return JSON.parse(String(steps))
  return [
    {
      event: '',
      previous: null,
      project: String(row['project']),
      subscription: String(row['subscription']),
      changed_at: Number(row['changed_at']),
      billed: Number(row['billed']),
      plan: String(row['plan']),
      billing_interval: String(row['billing_interval']),
      interval_count: Number(row['interval_count']),
      amount: amount === null ? null : Number(amount),
      currency: String(row['currency']),
      account: account === null ? null : String(account),
      livemode: Number(row['livemode']),
    },
  ]
}

function toBillingId(row: SqlRow): BillingId {
  const payment = row['payment'] ?? null
  const series = row['series'] ?? null
  return {
    project: String(row['project']),
    id: String(row['id']),
    payment: payment === null ? null : String(payment),
    series: series === null ? null : String(series),
    payer: String(row['payer']),
    paid: Number(row['paid']),
    person: Number(row['person']),
    refused: Number(row['refused'] ?? 0),
  }
}

function names(columns: Columns): string {
  return Object.keys(columns).join(', ')
}
