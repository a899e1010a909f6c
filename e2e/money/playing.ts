import { expect } from 'vitest'
import { delivery } from '../../packages/server/test/stripe-fixtures.ts'
import type { Shop } from './shop.ts'
import type { Story } from './story.ts'
import type { Telling } from './telling.ts'

/** Tellings under way at once: their requests share the collector's transactions. */
const AT_ONCE = 64

/** A story that is told in a project of its own. */
export interface Playing {
  readonly shop: Shop
  readonly project: string
  readonly story: Story
  readonly tellings: readonly Telling[]
}

/** Plays all tellings, and expects revenue, stages, recurring revenue and people to be what the story says. */
export async function expectOwnSums(playing: Playing): Promise<void> {
  const { story, tellings } = playing
  if (story.person !== 'guest') await visit(playing)
  await inParallel(tellings, (telling) => tell(playing, telling))
  expect(await revenueOf(playing)).toEqual(expectedRevenue(playing))
  const { stages } = await read<Stages>(playing, '/v1/reports/stages')
  expect(Object.fromEntries(stages.map(({ stage, people }) => [stage, people]))).toMatchObject(expectedStages(playing))
  const { plans } = await read<Mrr>(playing, '/v1/reports/mrr')
  const monthly = tellings.map(({ without }) => story.monthly?.(without) ?? 0).filter((amount) => amount > 0)
  expect(plans.map((plan) => plan.monthly).sort(ascending)).toEqual(monthly.sort(ascending))
  await expectPeople(playing)
}

/** Everybody comes by a campaign of their own first: revenue is told by it, and so whose it is. */
async function visit({ shop, project, tellings }: Playing): Promise<void> {
  const events = tellings.map(({ cast, begin }) => ({
    event: '$pageview',
    eventId: `landing-${cast.run}`,
    anonymousId: cast.visitor,
    timestamp: new Date(begin - 1_000).toISOString(),
    utm: { source: cast.run },
  }))
  for (let from = 0; from < events.length; from += 500) {
    const answer = await fetch(new URL('/v1/batch', shop.collectorUrl), {
      method: 'POST',
      headers: { authorization: `Bearer sk_${project}_0001`, 'content-type': 'application/json' },
      body: JSON.stringify({ sentAt: new Date().toISOString(), events: events.slice(from, from + 500) }),
    })
    expect(answer.status).toBe(200)
  }
}

async function tell({ shop, project, story }: Playing, { webhooks, how, cast, begin }: Telling): Promise<void> {
  const posts = webhooks.map(({ type, object, before, at }, index) => () => {
    const { body, signature } = delivery(type, object, {
      id: `evt_${cast.run}_${type}_${at}_${index}`,
      created: begin / 1_000 + at,
      livemode: story.livemode ?? true,
      ...(before && { before }),
      ...(story.account && { account: story.account }),
      ...(story.apiVersion && { apiVersion: story.apiVersion }),
    })
    return post(`${shop.url}/${project}`, body, signature)
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

async function read<Answer>({ shop, project }: Playing, path: string): Promise<Answer> {
  const answer = await fetch(new URL(path, shop.collectorUrl), {
    headers: { authorization: `Bearer rk_${project}_0001` },
  })
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
async function revenueOf(playing: Playing) {
  const { story } = playing
  const mode = story.livemode === false ? 'test' : 'live'
  const { revenue } = await read<{ readonly revenue: readonly Row[] }>(
    playing,
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

/** The people at each stage, none of them elsewhere. */
function expectedStages({ story, tellings }: Playing) {
  const people = { visitor: 0, consideration: 0, trial: 0, customer: 0 }
  for (const { without } of tellings) people[story.stageWithout?.(without) ?? story.stage] += 1
  return people
}

function ascending(a: number, b: number): number {
  return a - b
}

function expectedRevenue({ story, tellings }: Playing) {
  const { money, account, person } = story
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
async function expectPeople(playing: Playing): Promise<void> {
  const { tellings } = playing
  const { person } = playing.story
  for (const { cast } of tellings.filter((_, index) => index % 100 === 0)) {
    const id = person === 'guest' ? `stripe:${cast.email}` : cast[person]
    const profile = await read<Profile>(playing, `/v1/people/${encodeURIComponent(id)}`)
    expect(profile.person.userId ?? profile.person.anonymousIds[0]).toBe(id)
  }
}
