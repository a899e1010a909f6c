import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { PLAN_IDS, type PlanId } from '../plans.ts'

const user = z.object({
  id: z.string(),
  /** Trimmed and lower-cased: one user for each address. */
  email: z.string(),
})

const checkout = z.object({
  id: z.string(),
  userId: z.string(),
  plan: z.enum(PLAN_IDS),
  /** The browser's anonymous id when the checkout opened. */
  visitorId: z.string().nullable(),
  /**
   * The id of the Stripe event that says this checkout was paid. Stripe mints one for each payment and repeats it on
   * every delivery of that event, so the stand-in for Stripe mints it with the checkout.
   */
  stripeEventId: z.string(),
  paid: z.boolean(),
})

const state = z.object({ sessionSecret: z.string(), users: z.array(user), checkouts: z.array(checkout) })

export type User = Readonly<z.infer<typeof user>>

/** One purchase of one plan by one user. */
export type Checkout = Readonly<z.infer<typeof checkout>>

export interface Accounts {
  /** Signs the session cookies; kept with the users, so that a restart signs nobody out. */
  readonly sessionSecret: string
  user(id: string): User | undefined
  checkout(id: string): Checkout | undefined
  /** The user with this address, made now when there is none: the shop has no passwords. */
  signUp(email: string): { user: User; isNew: boolean }
  /** The one checkout of this user for this plan; opening it again, even after payment, gives the same one. */
  openCheckout(userId: string, plan: PlanId, visitorId: string | null): Checkout
  /** Does nothing when the checkout is unknown or already paid. */
  markPaid(checkoutId: string): void
}

/**
 * Users and checkouts in one JSON file, written whole after each change and replaced by a rename.
 *
 * Enough for a shop that one person tries out; each change costs time in proportion to the file.
 */
export function openAccounts(file: string): Accounts {
  const saved = load(file)
  mkdirSync(dirname(file), { recursive: true })
  save()

  function save(): void {
    writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  return {
    sessionSecret: saved.sessionSecret,
    user: (id) => saved.users.find((user) => user.id === id),
    checkout: (id) => saved.checkouts.find((checkout) => checkout.id === id),
    signUp(address) {
      const email = address.trim().toLowerCase()
      const known = saved.users.find((user) => user.email === email)
      if (known) return { user: known, isNew: false }
      const user = { id: `user_${randomUUID()}`, email }
      saved.users.push(user)
      save()
      return { user, isNew: true }
    },
    openCheckout(userId, plan, visitorId) {
      const open = saved.checkouts.find((checkout) => checkout.userId === userId && checkout.plan === plan)
      if (open) return open
      const checkout: Checkout = {
        id: `cs_test_${randomUUID()}`,
        userId,
        plan,
        visitorId,
        stripeEventId: `evt_${randomUUID()}`,
        paid: false,
      }
      saved.checkouts.push(checkout)
      save()
      return checkout
    },
    markPaid(checkoutId) {
      const index = saved.checkouts.findIndex((checkout) => checkout.id === checkoutId)
      const checkout = saved.checkouts[index]
      if (!checkout || checkout.paid) return
      saved.checkouts[index] = { ...checkout, paid: true }
      save()
    },
  }
}

function load(file: string): z.infer<typeof state> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { sessionSecret: randomBytes(32).toString('base64url'), users: [], checkouts: [] }
    }
    throw error
  }
  return state.parse(JSON.parse(text))
}
