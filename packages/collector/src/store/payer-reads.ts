import type { SqlDriver, SqlRow, SqlSession } from './driver.ts'
import { CLAIMS, holdings } from './holdings-sql.ts'
import { directOwners } from './identity-sql.ts'
import type { Person } from './store.ts'
import { compareTexts } from './text-order.ts'

/** An id that payments lead to. */
export interface PayerId {
  readonly anonymousId: string
  /** When events first named whose it is, in ms since the epoch; 0 when none did. */
  readonly firstSeen: number
}

/** Whom an id belongs to by what payments tell. */
export type PayerOwner = { readonly userId: string } | { readonly visitor: string }

/** What a person has by their payments. */
export interface Holdings {
  /** Ids that events have as their visitor. */
  readonly visitors: readonly PayerId[]
  /** Ids of payments, subscriptions and payers beside which nobody else is named. */
  readonly ids: readonly string[]
}

export interface PayerReads {
  /** Whom an id of a payment or a payer, or a visitor who paid, belongs to; undefined when no payment tells. */
  owner(session: SqlSession, project: string, id: string): Promise<PayerOwner | undefined>
  /** What belongs to a user, whose other ids are in `anonymousIds`, or to a visitor without a user, who comes first there. */
  holdingsOf(session: SqlSession, project: string, person: Person): Promise<Holdings>
}

/** An id of a payment or a payer, or a visitor whom only payments lead to a user, and whose it is. */
interface Held {
  readonly id: string
  readonly owner: PayerOwner
  readonly isPayer: boolean
  readonly isVisitor: boolean
  readonly isAlone: boolean
  readonly firstSeen: number
}

const NOTHING: Holdings = { visitors: [], ids: [] }

/**
 * Finds out whom payments and payers belong to, one person at a time and by the rules that `OWNERS` has for all. In steps, since most
 * people have never paid and need none but the first.
 */
export function createPayerReads({ rowsFrom }: Pick<SqlDriver, 'rowsFrom'>): PayerReads {
  const listed = (parameter: string) => `(SELECT id FROM ${rowsFrom(parameter, { id: 'VARCHAR' })})`
  const payersById = `SELECT payer FROM billing_ids WHERE project = $1 AND id = $2
    UNION SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id = $2`
  const payersByUser = `SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.user_id = $2
    UNION SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id IN ${listed('$3')}`
  const payersByVisitor = `SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id = $2
    UNION SELECT payer FROM billing_ids WHERE project = $1 AND payer IN ${listed('$3')}`
  const visitorsOf = `SELECT DISTINCT c.anonymous_id FROM ${CLAIMS}
    WHERE c.project = $1 AND c.anonymous_id <> '' AND b.payer IN ${listed('$2')}`
  const payersByVisitors = `SELECT DISTINCT b.payer FROM ${CLAIMS}
    WHERE c.project = $1 AND c.anonymous_id IN ${listed('$2')}`
  const heldBy = `WITH direct AS (${directOwners(listed('$3'))}), ${holdings(`AND b.payer IN ${listed('$2')}`)}
    SELECT id, 1 AS is_payer, person, user_id, visitor, first_seen, alone FROM held
    UNION ALL
    SELECT visitor AS id, 0 AS is_payer, 1 AS person, user_id, NULL AS visitor, first_seen, 0 AS alone FROM paying`

  const paidProjects = new Set<string>()

  /** Most projects never see a payment: they are asked this and no more. */
  async function hasPayments(session: SqlSession, project: string): Promise<boolean> {
    if (paidProjects.has(project)) return true
    const found = await session.query('SELECT 1 AS found FROM billing_turns WHERE project = $1', [project])
    if (found.length > 0) paidProjects.add(project)
    return found.length > 0
  }

  /** Everything about these payers, and about whoever paid as one of their visitors. */
  async function resolve(session: SqlSession, project: string, found: readonly SqlRow[]): Promise<readonly Held[]> {
    const texts = async (text: string, ids: readonly string[]) =>
      (await session.query(text, [project, asList(ids)])).flatMap((row) => Object.values(row).map(String))
    const payers = found.map(({ payer }) => String(payer))
    if (payers.length === 0) return []
    const visitors = await texts(visitorsOf, payers)
    const others = visitors.length === 0 ? [] : await texts(payersByVisitors, visitors)
    const all = [...new Set([...payers, ...others])]
    const known = all.length === payers.length ? visitors : await texts(visitorsOf, all)
    return (await session.query(heldBy, [project, asList(all), asList(known)])).map(toHeld)
  }

  return {
    async owner(session, project, id) {
      if (!(await hasPayments(session, project))) return undefined
      const held = await resolve(session, project, await session.query(payersById, [project, id]))
      const own = held.filter((each) => each.id === id)
      return (own.find(({ isPayer }) => isPayer) ?? own[0])?.owner
    },
    async holdingsOf(session, project, { userId, anonymousIds }) {
      if (!(await hasPayments(session, project))) return NOTHING
      const [visitor = ''] = anonymousIds
      const labels = ['0', '1', '2'].map((rank) => `${rank}:${visitor}`)
      const found =
        userId === null
          ? await session.query(payersByVisitor, [project, visitor, asList(labels)])
          : await session.query(payersByUser, [project, userId, asList(anonymousIds)])
      const own = (await resolve(session, project, found)).filter(({ owner }) =>
        'userId' in owner ? owner.userId === userId : userId === null && owner.visitor === visitor,
      )
      return {
        visitors: own
          .filter(({ id, isVisitor }) => isVisitor && (userId !== null || id !== visitor))
          .map(toPayerId)
          .sort(byTime),
        ids: own.filter(({ isPayer, isAlone }) => isPayer && isAlone).map(({ id }) => id),
      }
    },
  }
}

function toHeld(row: SqlRow): Held {
  const user = row['user_id'] ?? null
  return {
    id: String(row['id']),
    owner: user === null ? { visitor: String(row['visitor']) } : { userId: String(user) },
    isPayer: Number(row['is_payer']) === 1,
    isVisitor: Number(row['person']) === 1,
    isAlone: Number(row['alone']) === 1,
    firstSeen: Number(row['first_seen']),
  }
}

function toPayerId({ id, firstSeen }: Held): PayerId {
  return { anonymousId: id, firstSeen }
}

function asList(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ id })))
}

function byTime(a: PayerId, b: PayerId): number {
  return a.firstSeen - b.firstSeen || compareTexts(a.anonymousId, b.anonymousId)
}
