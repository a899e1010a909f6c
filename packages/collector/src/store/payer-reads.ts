import type { SqlDriver, SqlRow, SqlSession } from './driver.ts'
import { directOwners } from './identity-sql.ts'
import { compareTexts } from './text-order.ts'

/** An id that payments lead to. */
export interface PayerId {
  readonly anonymousId: string
  /** When events first named the payer, in ms since the epoch; 0 when none did. */
  readonly firstSeen: number
}

/** Whom an id belongs to by what payments tell. */
export type PayerOwner = { readonly userId: string } | { readonly visitor: string }

export interface PayerReads {
  /** Whom a payer's id, or a visitor who paid, belongs to; undefined when no payment tells. */
  owner(session: SqlSession, project: string, id: string): Promise<PayerOwner | undefined>
  /** The ids that belong to a user by their payments, and that events have as their visitor. `ids` are the user's own. */
  ownedByUser(session: SqlSession, project: string, user: string, ids: readonly string[]): Promise<readonly PayerId[]>
  /** The same of a visitor without a user. */
  ownedByVisitor(session: SqlSession, project: string, visitor: string): Promise<readonly PayerId[]>
  /** The payers that a person is. */
  payersOf(
    session: SqlSession,
    project: string,
    person: { readonly userId: string | null; readonly anonymousIds: readonly string[] },
  ): Promise<readonly string[]>
}

/** Whom an event names beside an id of a payer. */
interface Claim {
  readonly payer: string
  readonly visitor: string | null
  readonly userId: string | null
  readonly firstSeen: number
}

interface Resolved {
  readonly claims: readonly Claim[]
  readonly owners: ReadonlyMap<string, PayerOwner & { readonly firstSeen: number }>
}

const CLAIMS = 'payer_claims AS c JOIN billing_ids AS b ON b.project = c.project AND b.id = c.id'

/**
 * Finds out whom payers belong to, one person at a time and by the rules that `OWNERS` has for all. In steps, since most
 * people have never paid and need none but the first.
 */
export function createPayerReads({ rowsFrom }: Pick<SqlDriver, 'rowsFrom'>): PayerReads {
  const listed = (parameter: string) => `(SELECT id FROM ${rowsFrom(parameter, { id: 'VARCHAR' })})`
  const payersById = `SELECT payer, 1 AS is_payer FROM billing_ids WHERE project = $1 AND id = $2
    UNION SELECT b.payer, 0 AS is_payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id = $2`
  const payersByUser = `SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.user_id = $2
    UNION SELECT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id IN ${listed('$3')}`
  const payersByVisitors = `SELECT DISTINCT b.payer FROM ${CLAIMS} WHERE c.project = $1 AND c.anonymous_id IN ${listed('$2')}`
  const payersByLabel = `SELECT DISTINCT payer FROM billing_ids WHERE project = $1 AND payer IN ${listed('$2')}`
  const claimsOf = `SELECT b.payer, c.anonymous_id, c.user_id, c.first_seen FROM ${CLAIMS}
    WHERE c.project = $1 AND b.payer IN ${listed('$2')} ORDER BY c.first_seen, c.user_id, c.anonymous_id`
  const direct = directOwners(listed('$2'))
  const visitorIds = `SELECT id, payer FROM billing_ids WHERE project = $1 AND person = 1 AND payer IN ${listed('$2')}`

  const paidProjects = new Set<string>()

  /** Most projects never see a payment: they are asked this and no more. */
  async function hasPayments(session: SqlSession, project: string): Promise<boolean> {
    if (paidProjects.has(project)) return true
    const found = await session.query('SELECT 1 AS found FROM billing_turns WHERE project = $1', [project])
    if (found.length > 0) paidProjects.add(project)
    return found.length > 0
  }

  /** Finds who the payers are. Payers whom nothing names are missing among the owners. */
  async function resolve(session: SqlSession, project: string, payers: readonly string[]): Promise<Resolved> {
    if (payers.length === 0) return { claims: [], owners: new Map() }
    const rows = await session.query(claimsOf, [project, asList(payers)])
    const visitors = new Set(rows.map((row) => String(row['anonymous_id'])).filter((id) => id !== ''))
    const owned = visitors.size === 0 ? [] : await session.query(direct, [project, asList([...visitors])])
    const users = new Map(owned.map((row) => [String(row['anonymous_id']), String(row['user_id'])]))
    const claims = rows.map((row) => toClaim(row, users))
    const owners = new Map<string, PayerOwner & { readonly firstSeen: number }>()
    // In the order of time; any user comes before a visitor.
    for (const { payer, visitor, userId, firstSeen } of claims) {
      const known = owners.get(payer)
      if (userId !== null && !(known && 'userId' in known)) owners.set(payer, { userId, firstSeen })
      else if (!known && visitor !== null) owners.set(payer, { visitor, firstSeen })
    }
    return { claims, owners }
  }

  /** The user that a visitor pays as, by the earliest payment that leads to one. */
  async function usersOf(session: SqlSession, project: string, visitors: readonly string[]) {
    const found = new Map<string, { readonly userId: string; readonly firstSeen: number }>()
    if (visitors.length === 0) return found
    const payers = await session.query(payersByVisitors, [project, asList(visitors)])
    const { claims, owners } = await resolve(session, project, payers.map(payerOf))
    for (const { payer, visitor, userId, firstSeen } of claims) {
      const owner = owners.get(payer)
      if (visitor === null || userId !== null || !owner || !('userId' in owner)) continue
      const known = found.get(visitor)
      const isEarlier = !known || firstSeen < known.firstSeen
      if (isEarlier || (firstSeen === known.firstSeen && compareTexts(owner.userId, known.userId) < 0)) {
        found.set(visitor, { userId: owner.userId, firstSeen })
      }
    }
    return found
  }

  async function visitorIdsOf(session: SqlSession, project: string, { owners }: Resolved, payers: readonly string[]) {
    if (payers.length === 0) return []
    const rows = await session.query(visitorIds, [project, asList(payers)])
    return rows.map((row) => ({
      anonymousId: String(row['id']),
      firstSeen: owners.get(payerOf(row))?.firstSeen ?? 0,
    }))
  }

  async function payersOfUser(session: SqlSession, project: string, user: string, ids: readonly string[]) {
    const rows = await session.query(payersByUser, [project, user, asList(ids)])
    const resolved = await resolve(session, project, rows.map(payerOf))
    const payers = [...resolved.owners].flatMap(([payer, owner]) =>
      'userId' in owner && owner.userId === user ? [payer] : [],
    )
    return { resolved, payers }
  }

  async function payersOfVisitor(session: SqlSession, project: string, visitor: string) {
    const labels = ['0', '1', '2'].map((rank) => `${rank}:${visitor}`)
    const rows = [
      ...(await session.query(payersByVisitors, [project, asList([visitor])])),
      ...(await session.query(payersByLabel, [project, asList(labels)])),
    ]
    const candidates = [...new Set(rows.map(payerOf))]
    const resolved = await resolve(session, project, candidates)
    const payers = candidates.filter((payer) => {
      const owner = resolved.owners.get(payer) ?? { visitor: payer.slice(2) }
      return 'visitor' in owner && owner.visitor === visitor
    })
    return { resolved, payers }
  }

  return {
    async owner(session, project, id) {
      if (!(await hasPayments(session, project))) return undefined
      const rows = await session.query(payersById, [project, id])
      if (rows.length === 0) return undefined
      const own = rows.find((row) => Number(row['is_payer']) === 1)
      if (!own) return (await usersOf(session, project, [id])).get(id)
      const payer = payerOf(own)
      const { owners } = await resolve(session, project, [payer])
      return owners.get(payer) ?? { visitor: payer.slice(2) }
    },
    async ownedByUser(session, project, user, ids) {
      if (!(await hasPayments(session, project))) return []
      const { resolved, payers } = await payersOfUser(session, project, user, ids)
      if (payers.length === 0) return []
      const paying = resolved.claims.filter(({ payer, userId }) => userId === null && payers.includes(payer))
      const visitors = [...new Set(paying.flatMap(({ visitor }) => visitor ?? []))]
      const users = await usersOf(session, project, visitors)
      return [
        ...(await visitorIdsOf(session, project, resolved, payers)),
        ...[...users].flatMap(([anonymousId, { userId, firstSeen }]) =>
          userId === user ? [{ anonymousId, firstSeen }] : [],
        ),
      ].sort(byTime)
    },
    async ownedByVisitor(session, project, visitor) {
      if (!(await hasPayments(session, project))) return []
      const { resolved, payers } = await payersOfVisitor(session, project, visitor)
      const ids = await visitorIdsOf(session, project, resolved, payers)
      return ids.filter(({ anonymousId }) => anonymousId !== visitor).sort(byTime)
    },
    async payersOf(session, project, { userId, anonymousIds }) {
      const found =
        userId === null
          ? await payersOfVisitor(session, project, anonymousIds[0] ?? '')
          : await payersOfUser(session, project, userId, anonymousIds)
      return found.payers
    },
  }
}

function toClaim(row: SqlRow, users: ReadonlyMap<string, string>): Claim {
  const visitor = String(row['anonymous_id'])
  const user = String(row['user_id'])
  return {
    payer: payerOf(row),
    visitor: visitor === '' ? null : visitor,
    userId: user === '' ? (users.get(visitor) ?? null) : user,
    firstSeen: Number(row['first_seen']),
  }
}

function payerOf(row: SqlRow): string {
  return String(row['payer'])
}

function asList(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ id })))
}

function byTime(a: PayerId, b: PayerId): number {
  return a.firstSeen - b.firstSeen || compareTexts(a.anonymousId, b.anonymousId)
}
