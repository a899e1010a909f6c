import { DAY } from '../../packages/server/test/stripe-fixtures.ts'
import { ordersOf, shuffled } from './orders.ts'
import type { Cast, Story, Webhook } from './story.ts'

const RANDOM_TELLINGS = 50
/** The first telling begins on this day, and each later one a day after it. */
const FIRST_DAY = Date.UTC(2020, 0, 1)

type How = 'one by one' | 'three times each' | 'all at once'

/** One run of a story: which webhooks arrive, in what order and how. */
export interface Telling {
  readonly cast: Cast
  readonly webhooks: readonly Webhook[]
  readonly how: How
  readonly without: string | undefined
  /** In ms since the epoch. */
  readonly begin: number
}

/** The runs of a story: in every order, without any one type of webhook, each webhook three times, and all at once. */
export function tellingsOf(story: Story, random: () => number): Telling[] {
  const tellings: Telling[] = []
  function add(how: How, without: string | undefined, order: (webhooks: readonly Webhook[]) => readonly Webhook[]) {
    const run = `r${tellings.length}`
    const cast = { run, visitor: `visitor-${run}-0001`, user: `user-${run}`, email: `${run}@shop.example` }
    const subscribed = story.webhooks(cast).filter(({ type }) => type !== without)
    tellings.push({ cast, webhooks: order(subscribed), how, without, begin: FIRST_DAY + tellings.length * DAY * 1_000 })
  }

  const places = story.webhooks({ run: 'r', visitor: 'v', user: 'u', email: 'e' })
  const types = new Set(places.map(({ type }) => type).filter((type) => !story.required?.includes(type)))
  for (const order of ordersOf([...places.keys()], random)) {
    add('one by one', undefined, (webhooks) => order.flatMap((place) => webhooks[place] ?? []))
  }
  for (const type of types) {
    const left = places.filter((place) => place.type !== type)
    const orders = ordersOf([...left.keys()], random).slice(0, RANDOM_TELLINGS)
    for (const order of orders) add('one by one', type, (webhooks) => order.flatMap((place) => webhooks[place] ?? []))
  }
  for (const how of ['three times each', 'all at once'] as const) {
    for (let count = 0; count < RANDOM_TELLINGS; count += 1)
      add(how, undefined, (webhooks) => shuffled(webhooks, random))
  }
  return tellings
}
