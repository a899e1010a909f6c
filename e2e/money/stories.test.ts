import { expect, test } from 'vitest'
import { describeShop, describeShopOnPostgres } from './describe-shop.ts'
import { createRandom, shuffled } from './orders.ts'
import { expectOwnSums } from './playing.ts'
import { STORIES } from './stories.ts'
import { tellingsOf } from './telling.ts'

const tells = STORIES.map((story, index) => ({ story, project: `story${index}`, seed: index + 1 }))
const projects = tells.map(({ project }) => project)

describeShop(
  'comes to its own sums in every order, without any one type of webhook, tripled, and at once',
  projects,
  (shop) => {
    test.each(tells)(
      '$story.name',
      async ({ story, project, seed }) => {
        await expectOwnSums({ shop: shop(), project, story, tellings: tellingsOf(story, createRandom(seed)) })
      },
      300_000,
    )
  },
)

/** One for each way in which events lead to each other: every telling of all of them takes PostgreSQL minutes. */
const ON_POSTGRES = [
  'a guest checkout',
  'a checkout with an invoice, by a visitor',
  'a refund that fails and is given again',
  'a subscription that is downgraded and downgraded again within a second',
  'a subscription with a trial, an upgrade, a proration, a failed and recovered payment, and a scheduled end',
  'a renewal in an API version before 2025-03-31',
]
const TELLINGS_ON_POSTGRES = 48

describeShopOnPostgres('comes to the same on PostgreSQL', projects, (shop) => {
  const told = tells.filter(({ story }) => ON_POSTGRES.includes(story.name))
  test('has the stories that are named', () => {
    expect(told).toHaveLength(ON_POSTGRES.length)
  })

  test.each(told)(
    '$story.name',
    async ({ story, project, seed }) => {
      const random = createRandom(seed)
      const tellings = shuffled(tellingsOf(story, random), random).slice(0, TELLINGS_ON_POSTGRES)
      await expectOwnSums({ shop: shop(), project, story, tellings })
    },
    300_000,
  )
})
