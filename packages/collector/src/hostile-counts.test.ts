import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { openStore } from './store/open-store.ts'
import type { Count } from './store/store.ts'

const MOST = Number.MAX_SAFE_INTEGER

describe('numbers from outside', () => {
  onBothDatabases(({ start, location }) => {
    test('losses that a sender makes up neither end the health report nor refuse anybody’s batch', async () => {
      const collector = await start()
      const { send, read } = collector
      const reasons = ['queue_overflow', 'expired']
      const dropped = Object.fromEntries(reasons.map((reason) => [reason, MOST]))
      for (let n = 0; n < 3; n += 1) {
        expect(await send(KEYS.browser, [trackEvent()], { dropped })).toMatchObject({ status: 200 })
      }
      expect(await send(KEYS.server, [trackEvent()], { dropped: { expired: 1 } })).toMatchObject({
        status: 200,
        answer: { stored: 1 },
      })
      const { counts } = await read('/v1/reports/health')
      const lost = counts.filter(({ kind }) => kind === 'lost')
      expect(lost.map(({ name }) => name)).toEqual([...reasons].sort())
      for (const { count } of lost) expect([3_000_000, 3_000_001]).toContain(count)
    })

    test('a counter that has no room left stays where it is, in whatever slots it lies', async () => {
      const day = 20260131
      const count: Count = { project: 'default', day, kind: 'lost', name: 'expired', count: MOST }
      // Each store counts in a slot of its own, more often than not.
      for (let n = 0; n < 4; n += 1) {
        const store = await openStore(await location())
        await store.append([], [count, count])
        await store.append([], [count])
        expect(await store.counts('default', { from: day, to: day })).toEqual([count])
        await store.close()
      }
    })

    test('a browser key makes up no names for losses; a server’s are taken', async () => {
      const { send, read } = await start()
      const dropped = { jane_roe: 2, at_example_com: 1, rejected: 1 }
      await send(KEYS.browser, [], { dropped })
      await send(KEYS.server, [], { dropped: { of_my_own: 1 } })
      const { counts } = await read('/v1/reports/health')
      expect(counts.map(({ name, count }) => [name, count])).toEqual([
        ['of_my_own', 1],
        ['other', 3],
        ['rejected', 1],
      ])
    })

    test('a browser key makes up no names by sending what belongs to servers, and leaves nothing that erasure cannot find', async () => {
      const { send, read } = await start()
      const billing = { paymentIds: ['stripe:pi_1'] }
      const named = ['jane.roe@example.com', 'purchase', '$pageview'].map((event) => trackEvent({ event, billing }))
      expect((await send(KEYS.browser, named)).answer).toMatchObject({
        stored: 0,
        invalid: named.map(() => ({ code: 'source_not_allowed' })),
      })
      const { counts } = await read('/v1/reports/health')
      expect(counts.map(({ kind, name, count }) => [kind, name, count])).toEqual([
        ['invalid', 'source_not_allowed', 3],
        ['misplaced', 'purchase', 1],
      ])
    })

    test('amounts that add up to more than a number holds stop there, up and down, and the others are exact', async () => {
      const { send, read } = await start()
      const paid = (value: number, currency = 'USD') => trackEvent({ event: 'purchase', value, currency })
      const refunded = (value: number, currency: string) => trackEvent({ event: 'refunded', value, currency })
      await send(KEYS.server, [paid(MOST), paid(MOST), paid(7, 'EUR'), refunded(MOST, 'JPY'), refunded(MOST, 'JPY')])
      // Beyond the limit and back again: the sum is what counts, not the way to it.
      await send(KEYS.server, [paid(MOST, 'GBP'), paid(MOST, 'GBP'), refunded(MOST, 'GBP')])
      const { revenue } = await read('/v1/reports/revenue?from=2026-01-01&to=2026-01-31')
      expect(
        Object.fromEntries(revenue.map(({ currency, amount, refunded }) => [currency, { amount, refunded }])),
      ).toEqual({
        EUR: { amount: 7, refunded: 0 },
        GBP: { amount: MOST, refunded: MOST },
        JPY: { amount: -MOST, refunded: MOST },
        USD: { amount: MOST, refunded: 0 },
      })
    })

    test('subscriptions whose prices add up to more than a number holds do not end the report', async () => {
      const { send, read } = await start()
      const subscribed = (id: string) =>
        trackEvent({
          event: 'subscription_started',
          billing: {
            payerIds: [`cus_${id}`],
            subscription: {
              id,
              changedAt: '2026-01-31T09:30:00.000Z',
              billed: true,
              plan: 'pro',
              interval: 'month',
              intervalCount: 1,
              amount: MOST,
              currency: 'USD',
            },
          },
        })
      await send(KEYS.server, [subscribed('sub_1'), subscribed('sub_2')])
      const { plans, totals } = await read('/v1/reports/mrr')
      expect(plans).toMatchObject([{ subscriptions: 2, amount: MOST, monthly: MOST }])
      expect(totals).toMatchObject([{ subscriptions: 2, monthly: MOST }])
    })
  })
})
