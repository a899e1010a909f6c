import { ARTICLES, type Arrival, type DayOfTraffic, dayOfTraffic, type Way } from './arrivals.ts'
import { createDice, type Dice } from './random.ts'
import { type Account, drawAccount, drawBot, drawVisitor, type Visitor } from './visitors.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const SEED = 2_024

/** Something that happens in a visit. `at` is milliseconds since the epoch. */
export type Step = { readonly at: number } & (
  | { readonly kind: 'view' | 'read'; readonly path: string }
  | { readonly kind: 'sign-up' | 'sign-in' | 'open-checkout' | 'leave-checkout' | 'pay' }
  | { readonly kind: 'use'; readonly feature: string }
)

/** One visit to the shop's pages. */
export interface Visit {
  readonly sessionId: string
  readonly visitor: Visitor
  /** Whose it is: of somebody who signs up during it as well. */
  readonly account: Account | undefined
  readonly arrival: Arrival
  /** At least one, in order. */
  readonly steps: readonly Step[]
}

/** What happens to a subscription while nobody is on a page. */
export interface Billing {
  readonly at: number
  readonly kind: 'renewal' | 'refund' | 'cancellation'
  readonly account: Account
}

export interface TrafficPlan {
  readonly visits: readonly Visit[]
  readonly billings: readonly Billing[]
}

export interface PlanOptions {
  /** When the traffic ends, in milliseconds since the epoch. */
  readonly now: number
  /** Days before today. */
  readonly days: number
}

/** Somebody as the plan goes along. */
interface Person {
  readonly visitor: Visitor
  account: Account | undefined
  /** When the account was made, in milliseconds since the epoch. */
  since: number
  pays: boolean
}

/** Visits on the first day and on the last one, when no day is special. */
const VISITS_AT_FIRST = 28
const VISITS_AT_LAST = 54

const BOTS_A_DAY = 5

/** Of the visitors who are there in the end. */
const ONLINE = 3

/** How many visits begin in each hour of a visitor's own day. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 8, 10, 12, 12, 11, 10, 10, 10, 10, 11, 12, 13, 14, 14, 11, 7, 4].map(
  (weight, hour) => ({ weight, hour }),
)

const OTHER_PAGES = ['/', '/about', '/faq', ...ARTICLES] as const
const FEATURES = ['pause_delivery', 'change_roast', 'gift_a_bag', 'skip_a_month'] as const

/**
 * Plans the traffic of a coffee shop that grows: the same for the same moment. Weekends are calm, Tuesdays have a newsletter, one day an article
 * is on a front page; people come back, sign up, sign in on a second device, buy, renew, cancel and are refunded.
 */
export function planTraffic({ now, days }: PlanOptions): TrafficPlan {
  const dice = createDice(SEED)
  const run = now.toString(36)
  const people: Person[] = []
  const visits: Visit[] = []
  const billings: Billing[] = []
  let drawn = 0
  let accounts = 0

  function nextId(name: string): string {
    drawn += 1
    return `${name}_${run}_${drawn}`
  }

  function newcomer(): Person {
    const person = { visitor: drawVisitor(dice, nextId('visitor')), account: undefined, since: 0, pays: false }
    people.push(person)
    return person
  }

  function somebody(): Person {
    const [first, ...others] = people.slice(-400)
    return first && others.length > 20 && dice.chance(0.3) ? dice.pick([first, ...others]) : newcomer()
  }

  /** Visits of a day are not planned in the order of its hours: before the sign-up nobody comes back to an account. */
  function visit(person: Person, way: Way, start: number): void {
    const isSignedUp = person.account !== undefined
    if (start < person.since) return
    const visitor = isSignedUp ? browserOf(person) : person.visitor
    const walked = isSignedUp ? returnToAccount(dice, { way, start, person }) : lookAround(dice, { way, start })
    const steps = walked.filter(({ at }) => at <= now)
    if (steps.length === 0) return
    remember(person, steps)
    visits.push({ sessionId: nextId('session'), visitor, account: person.account, arrival: way.arrival, steps })
  }

  /** The one of before, or now and then a second device. */
  function browserOf({ visitor }: Person): Visitor {
    return dice.chance(0.2) ? { ...drawVisitor(dice, nextId('visitor')), place: visitor.place } : visitor
  }

  /** What somebody has done is what they come back to. */
  function remember(person: Person, steps: readonly Step[]): void {
    const signUp = steps.find(({ kind }) => kind === 'sign-up')
    if (signUp) {
      accounts += 1
      person.account = drawAccount(dice, nextId('user'), accounts)
      person.since = signUp.at
    }
    const payment = steps.find(({ kind }) => kind === 'pay')
    if (!payment || !person.account) return
    person.pays = true
    billings.push(...laterOf(dice, person.account, payment.at).filter(({ at }) => at <= now))
  }

  function crawl(start: number): void {
    const pages = Array.from({ length: 1 + Math.floor(dice.between(0, 3)) }, (_, page) => page)
    const steps = pages.map(
      (page) => ({ at: start + page * 1_500, kind: 'view', path: dice.pick(OTHER_PAGES) }) as const,
    )
    const visitor = drawBot(dice, nextId('visitor'))
    if (start <= now) visits.push({ sessionId: nextId('session'), visitor, account: undefined, arrival: {}, steps })
  }

  function playDay(midnight: number, daysAgo: number): void {
    const day = dayOfTraffic(new Date(midnight).getUTCDay(), daysAgo)
    const usual = VISITS_AT_LAST - ((VISITS_AT_LAST - VISITS_AT_FIRST) * daysAgo) / Math.max(1, days)
    const count = Math.round(usual * day.factor * dice.between(0.88, 1.12))
    for (let played = 0; played < count; played += 1) {
      const person = somebody()
      visit(person, wayOf(dice, day), midnight + timeOfDay(dice, person.visitor))
    }
    for (let played = 0; played < BOTS_A_DAY; played += 1) crawl(midnight + Math.floor(dice.between(0, DAY_MS)))
  }

  const today = now - (now % DAY_MS)
  for (let daysAgo = days; daysAgo >= 0; daysAgo -= 1) playDay(today - daysAgo * DAY_MS, daysAgo)
  const last = dayOfTraffic(new Date(now).getUTCDay(), 0)
  for (let played = 0; played < ONLINE; played += 1) {
    visit(newcomer(), wayOf(dice, last), Math.floor(now - dice.between(0.2, 2) * MINUTE_MS))
  }
  return { visits, billings }
}

function wayOf(dice: Dice, { ways }: DayOfTraffic): Way {
  return dice.weigh(ways)
}

/** When in a day of UTC somebody comes, in milliseconds from its beginning. */
function timeOfDay(dice: Dice, { place }: Visitor): number {
  const [first = { weight: 1, hour: 0 }, ...others] = HOURS
  const local = dice.weigh([first, ...others]).hour + dice.between(0, 1)
  return Math.floor(((local - place.aheadHours + 48) % 24) * HOUR_MS)
}

interface Walk {
  readonly way: Way
  readonly start: number
}

/** A visitor without an account: from the first page as far as they go. */
function lookAround(dice: Dice, { way, start }: Walk): Step[] {
  const steps: Step[] = []
  const next = pacer(dice, start)
  const look = (path: string) => {
    steps.push({ at: next(8, 70), kind: 'view', path })
    if (path.startsWith('/blog/') && dice.chance(0.6)) steps.push({ at: next(20, 120), kind: 'read', path })
  }
  const landing = dice.pick(way.landing)
  look(landing)
  while (dice.chance(0.36)) look(dice.pick(OTHER_PAGES))
  const wants = landing === '/pricing' || dice.chance(0.3 * way.intent)
  if (!wants) return steps
  if (landing !== '/pricing') look('/pricing')
  if (!dice.chance(0.2 * way.intent)) return steps
  look('/signup')
  if (!dice.chance(0.75)) return steps
  steps.push({ at: next(15, 60), kind: 'sign-up' })
  return [...steps, ...checkout(dice, next)]
}

/** Somebody with an account comes back: to change something, or to buy at last. */
function returnToAccount(dice: Dice, { way, start, person }: Walk & { readonly person: Person }): Step[] {
  const next = pacer(dice, start)
  const steps: Step[] = [
    { at: next(0, 5), kind: 'view', path: dice.pick(way.landing) },
    { at: next(5, 30), kind: 'sign-in' },
    { at: next(1, 3), kind: 'view', path: '/account' },
  ]
  if (!person.pays && dice.chance(0.4)) return [...steps, ...checkout(dice, next)]
  while (dice.chance(0.6)) steps.push({ at: next(10, 90), kind: 'use', feature: dice.pick(FEATURES) })
  return steps
}

function checkout(dice: Dice, next: Pacer): Step[] {
  const steps: Step[] = [
    { at: next(1, 4), kind: 'view', path: '/checkout' },
    { at: next(0, 1), kind: 'open-checkout' },
  ]
  if (dice.chance(0.62)) {
    steps.push({ at: next(30, 150), kind: 'pay' }, { at: next(1, 3), kind: 'view', path: '/thanks' })
  } else if (dice.chance(0.5)) steps.push({ at: next(20, 90), kind: 'leave-checkout' })
  return steps
}

/** The next moment, so many seconds later. */
type Pacer = (fromSeconds: number, toSeconds: number) => number

function pacer(dice: Dice, start: number): Pacer {
  let at = start
  let isFirst = true
  return (from, to) => {
    if (!isFirst) at += Math.ceil(dice.between(from, to) * 1_000)
    isFirst = false
    return at
  }
}

/** What becomes of a subscription that was paid for at `paidAt`. */
function laterOf(dice: Dice, account: Account, paidAt: number): Billing[] {
  if (dice.chance(0.06)) return [{ at: paidAt + 3 * DAY_MS, kind: 'refund', account }]
  if (dice.chance(0.12)) return [{ at: paidAt + 21 * DAY_MS, kind: 'cancellation', account }]
  return [1, 2].map((month) => ({ at: paidAt + month * 30 * DAY_MS, kind: 'renewal', account }))
}
