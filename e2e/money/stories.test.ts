import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import { createServerClient, type ServerClient } from '@threadline/server'
import { nodeHandler } from '@threadline/server/express'
import { stripeWebhook } from '@threadline/server/stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, delivery, SECRET, stripe } from '../../packages/server/test/stripe-fixtures.ts'
import { createRandom, ordersOf, shuffled } from './orders.ts'
import { type Cast, STORIES, type Story, type Webhook } from './stories.ts'

/** Tellings under way at once: their requests share the collector's transactions. */
const AT_ONCE = 64
const RANDOM_TELLINGS = 50
/** The first telling begins on this day, and each later one a day after it. */
const FIRST_DAY = Date.UTC(2020, 0, 1)

type How = 'one by one' | 'three times each' | 'all at once'

/** One run of a story: which webhooks arrive, in what order and how. */
interface Telling {
  readonly cast: Cast
  readonly webhooks: readonly Webhook[]
  readonly how: How
  readonly without: string | undefined
  /** In ms since the epoch. */
  readonly begin: number
}

const tells = STORIES.map((story, index) => ({ story, project: `story${index}`, seed: index + 1 }))

let collector: Awaited<ReturnType<typeof startCollector>>
let dataDir: string
let shop: Server
let shopUrl: string
const clients: ServerClient[] = []

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'threadline-money-'))
  const keys = tells.flatMap(({ project }) =>
    [`sk_${project}_0001`, `rk_${project}_0001`].map((key) => ({ key, project })),
  )
  collector = await startCollector({ port: 0, dataDir, keys })
  const handlers = new Map(
    tells.map(({ project }) => {
      const client = createServerClient({ host: collector.url, key: `sk_${project}_0001` })
      clients.push(client)
      return [`/${project}`, nodeHandler(stripeWebhook({ client, stripe, secret: SECRET, timeoutMs: 60_000 }))]
    }),
  )
  shop = createServer((request, response) =>
    handlers.get(request.url ?? '')?.(request, response, () => response.destroy()),
  )
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
})

afterAll(async () => {
  await Promise.all(clients.map((client) => client.shutdown()))
  shop?.close()
  shop?.closeAllConnections()
  await collector?.close()
  await rm(dataDir, { recursive: true, force: true })
})

describe.each(tells)('$story.name', ({ story, project, seed }) => {
  test('comes to its own sums in every order, without any one type of webhook, tripled, and at once', async () => {
    const tellings = tellingsOf(story, createRandom(seed))
    if (story.person !== 'guest') await visit(project, tellings)
    await inParallel(tellings, (telling) => tell(project, story, telling))
    expect(await revenueOf(project, story)).toEqual(expectedRevenue(story, tellings))
    const { stages } = await read<Stages>(project, '/v1/reports/stages')
    expect(stages.filter(({ people }) => people > 0)).toEqual([{ stage: story.stage, people: tellings.length }])
    const { plans } = await read<Mrr>(project, '/v1/reports/mrr')
    const monthly = tellings.map(({ without }) => story.monthly?.(without) ?? 0).filter((amount) => amount > 0)
    expect(plans.map((plan) => plan.monthly)).toEqual(monthly)
    await expectPeople(project, story, tellings)
  }, 300_000)
})

function tellingsOf(story: Story, random: () => number): Telling[] {
  const tellings: Telling[] = []
  function add(how: How, without: string | undefined, order: (webhooks: readonly Webhook[]) => readonly Webhook[]) {
    const run = `r${tellings.length}`
    const cast = { run, visitor: `visitor-${run}-0001`, user: `user-${run}`, email: `${run}@shop.example` }
    const subscribed = story.webhooks(cast).filter(({ type }) => type !== without)
    tellings.push({ cast, webhooks: order(subscribed), how, without, begin: FIRST_DAY + tellings.length * DAY * 1_000 })
  }

  const places = story.webhooks({ run: 'r', visitor: 'v', user: 'u', email: 'e' })
  const types = new Set(places.map(({ type }) => type))
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

/** Everybody comes by a campaign of their own first: revenue is told by it, and so whose it is. */
async function visit(project: string, tellings: readonly Telling[]): Promise<void> {
  const events = tellings.map(({ cast, begin }) => ({
    event: '$pageview',
    eventId: `landing-${cast.run}`,
    anonymousId: cast.visitor,
    timestamp: new Date(begin - 1_000).toISOString(),
    utm: { source: cast.run },
  }))
  for (let from = 0; from < events.length; from += 500) {
    const answer = await fetch(new URL('/v1/batch', collector.url), {
      method: 'POST',
      headers: { authorization: `Bearer sk_${project}_0001`, 'content-type': 'application/json' },
      body: JSON.stringify({ sentAt: new Date().toISOString(), events: events.slice(from, from + 500) }),
    })
    expect(answer.status).toBe(200)
  }
}

async function tell(project: string, story: Story, { webhooks, how, cast, begin }: Telling): Promise<void> {
  const posts = webhooks.map(({ type, object, before, at }, index) => () => {
    const { body, signature } = delivery(type, object, {
      id: `evt_${cast.run}_${type}_${at}_${index}`,
      created: begin / 1_000 + at,
      livemode: story.livemode ?? true,
      ...(before && { before }),
      ...(story.account && { account: story.account }),
    })
    return post(`${shopUrl}/${project}`, body, signature)
  })
  if (how === 'one by one') for (const send of posts) await send()
  else if (how === 'three times each') for (const send of posts) await Promise.all([send(), send(), send()])
  else await Promise.all(posts.map((send) => send()))
}

async function post(url: string, body: string, signature: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'stripe-signature': signature } })
  expect([answer.status, await answer.json()]).toMatchObject([200, { dropped: [] }])
}

async function inParallel(tellings: readonly Telling[], work: (telling: Telling) => Promise<void>): Promise<void> {
  const left = [...tellings]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next)
    }),
  )
}

async function read<Answer>(project: string, path: string): Promise<Answer> {
  const answer = await fetch(new URL(path, collector.url), { headers: { authorization: `Bearer rk_${project}_0001` } })
  expect(answer.status).toBe(200)
  return await answer.json()
}

interface Stages {
  readonly stages: readonly { readonly stage: string; readonly people: number }[]
}

interface Mrr {
  readonly plans: readonly { readonly monthly: number }[]
}

interface Profile {
  readonly person: { readonly userId: string | null; readonly anonymousIds: readonly string[] }
}

interface Row {
  readonly day: string
  readonly source: string | null
  readonly account: string | null
  readonly currency: string
  readonly amount: number
  readonly refunded: number
  readonly unmatched: number
}

/** What each telling came to, by the campaign of its visitor; of guests, who have none, by the day. */
async function revenueOf(project: string, story: Story) {
  const mode = story.livemode === false ? 'test' : 'live'
  const { revenue } = await read<{ readonly revenue: readonly Row[] }>(
    project,
    `/v1/reports/revenue?from=2019-12-31&to=2026-12-31&mode=${mode}`,
  )
  const sums = new Map<string, Omit<Row, 'day' | 'source'>>()
  for (const { day, source, ...row } of revenue) {
    const key = story.person === 'guest' ? day : String(source)
    const known = sums.get(key)
    sums.set(key, {
      ...row,
      amount: row.amount + (known?.amount ?? 0),
      refunded: row.refunded + (known?.refunded ?? 0),
      unmatched: row.unmatched + (known?.unmatched ?? 0),
    })
  }
  return Object.fromEntries(
    [...sums].map(([key, { account, currency, amount, refunded, unmatched }]) => [
      key,
      { account, currency, amount, refunded, unmatched },
    ]),
  )
}

function expectedRevenue({ money, account, person }: Story, tellings: readonly Telling[]) {
  if (!money) return {}
  return Object.fromEntries(
    tellings.map(({ cast, begin }) => [
      person === 'guest' ? new Date(begin).toISOString().slice(0, 10) : cast.run,
      {
        account: account ?? null,
        currency: money.currency,
        amount: money.amount,
        refunded: money.refunded ?? 0,
        unmatched: 0,
      },
    ]),
  )
}

/** By every id of one telling in a hundred, the person is the same. */
async function expectPeople(project: string, { person }: Story, tellings: readonly Telling[]): Promise<void> {
  for (const { cast } of tellings.filter((_, index) => index % 100 === 0)) {
    const id = person === 'guest' ? `stripe:${cast.email}` : cast[person]
    const profile = await read<Profile>(project, `/v1/people/${encodeURIComponent(id)}`)
    expect(profile.person.userId ?? profile.person.anonymousIds[0]).toBe(id)
  }
}
