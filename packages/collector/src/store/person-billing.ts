import type { SqlDriver, SqlRow, SqlSession } from './driver.ts'
import { createPayerReads } from './payer-reads.ts'
import type { Person } from './store.ts'
import type { StoredBilling, StoredClaim, StoredSubscription } from './stored-billing.ts'

/** Rows of one table: `text` goes after FROM. */
export interface Rows {
  readonly text: string
  readonly values: readonly string[]
}

/** Where a person's payments are stored: what `forget` removes, and an export lists. */
export interface BillingRows {
  /** Events that name nobody, and have an id of what they are about as their visitor. */
  readonly events: Rows
  readonly subscriptions: Rows
  /** Of the person's payments and payers, and beside those of others. They may overlap. */
  readonly claims: readonly [Rows, Rows]
  /**
   * Those beside which nobody else is named: a customer whom colleagues share stays with them. Refused ones stay, so that
   * nothing of them comes back.
   */
  readonly ids: Rows
}

export function createBillingRows(
  driver: SqlDriver,
): (session: SqlSession, project: string, person: Person) => Promise<BillingRows> {
  const listed = (parameter: string) => `(SELECT id FROM ${driver.rowsFrom(parameter, { id: 'VARCHAR' })})`
  const reads = createPayerReads(driver)

  return async (session, project, person) => {
    const { userId, anonymousIds } = person
    const { visitors, ids } = await reads.holdingsOf(session, project, person)
    const paidIds = visitors.map(({ anonymousId }) => anonymousId)
    return {
      events: {
        text: `events WHERE project = $1 AND user_id IS NULL AND anonymous_id IN ${listed('$2')}`,
        values: [project, asList(paidIds)],
      },
      subscriptions: {
        text: `subscriptions WHERE project = $1 AND subscription IN ${listed('$2')}`,
        values: [project, asList(ids)],
      },
      claims: [
        { text: `payer_claims WHERE project = $1 AND id IN ${listed('$2')}`, values: [project, asList(ids)] },
        {
          text: `payer_claims WHERE project = $1
            AND (($2 <> '' AND user_id = $2) OR (user_id = '' AND anonymous_id IN ${listed('$3')}))`,
          values: [project, userId ?? '', asList([...anonymousIds, ...paidIds])],
        },
      ],
      ids: {
        text: `billing_ids WHERE project = $1 AND id IN ${listed('$2')} AND coalesce(refused, 0) = 0`,
        values: [project, asList(ids)],
      },
    }
  }
}

/** Reads what is stored of a person's payments, as of one moment. */
export function createBillingReads(driver: SqlDriver) {
  const rowsOf = createBillingRows(driver)
  return {
    storedBilling: (project: string, person: Person): Promise<StoredBilling> =>
      driver.transaction(async (session) => {
        const { ids, claims, subscriptions } = await rowsOf(session, project, person)
        const select = (columns: string, { text, values }: Rows) =>
          session.query(`SELECT ${columns} FROM ${text}`, values)
        const known = await select('id', ids)
        const named: SqlRow[] = []
        for (const rows of claims) named.push(...(await select('id, anonymous_id, user_id, first_seen', rows)))
        const states = await select('*', subscriptions)
        return {
          ids: known.map((row) => String(row['id'])).sort(),
          claims: onceEach(named.map(toClaim)),
          subscriptions: states.map(toSubscription).sort((a, b) => (a.id < b.id ? -1 : 1)),
        }
      }),
  }
}

function onceEach(claims: readonly StoredClaim[]): readonly StoredClaim[] {
  const keyOf = ({ id, anonymousId, userId }: StoredClaim) => JSON.stringify([id, anonymousId, userId])
  const byKey = new Map(claims.map((claim) => [keyOf(claim), claim]))
  return [...byKey]
    .sort(([key, a], [other, b]) => a.firstSeen - b.firstSeen || (key < other ? -1 : 1))
    .map(([, claim]) => claim)
}

function toClaim(row: SqlRow): StoredClaim {
  return {
    id: String(row['id']),
    anonymousId: String(row['anonymous_id']) || null,
    userId: String(row['user_id']) || null,
    firstSeen: Number(row['first_seen']),
  }
}

function toSubscription(row: SqlRow): StoredSubscription {
  const amount = row['amount'] ?? null
  const account = row['account'] ?? null
  return {
    id: String(row['subscription']),
    changedAt: Number(row['changed_at']),
    billed: Number(row['billed']) === 1,
    plan: String(row['plan']),
    interval: String(row['billing_interval']),
    intervalCount: Number(row['interval_count']),
    amount: amount === null ? null : Number(amount),
    currency: String(row['currency']),
    account: account === null ? null : String(account),
    livemode: Number(row['livemode']) === 1,
  }
}

function asList(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ id })))
}
