import type { Billing } from '@threadline/schema'
import { expect, test } from 'vitest'
import { describeWithBrowser } from '../browser/engines.ts'
import { logIn, openLivePage, SIZES, shoot, sideways, violations } from './live-page.ts'
import { createLedger, sendBatch } from './load.ts'

const NOW = new Date().toISOString()

function payment(eventId: string, billing: Billing, fields: object = {}) {
  return {
    eventId,
    event: 'purchase',
    userId: 'user_42',
    timestamp: NOW,
    value: 4900,
    currency: 'USD',
    billing,
    ...fields,
  }
}

function subscription(id: string, state: Partial<NonNullable<Billing['subscription']>>, billing: Billing = {}) {
  const known = { id: `stripe:${id}`, changedAt: NOW, billed: true, plan: 'pro', interval: 'month' } as const
  return {
    eventId: `state-${id}`,
    event: 'subscription_started',
    userId: 'user_42',
    timestamp: NOW,
    billing: { ...billing, subscription: { ...known, intervalCount: 1, currency: 'USD', ...state } },
  }
}

const MONEY = [
  { eventId: 'landing', event: '$pageview', userId: 'user_42', timestamp: NOW, utm: { source: 'newsletter' } },
  payment('paid', { paymentIds: ['stripe:pi_1'] }),
  payment('refund', { paymentIds: ['stripe:pi_1'], refundId: 'stripe:re_1' }, { event: 'refunded', value: 900 }),
  payment('stray', { paymentIds: ['stripe:pi_9'], refundId: 'stripe:re_9' }, { event: 'refunded', value: 700 }),
  payment('in-test-mode', { paymentIds: ['stripe:pi_2'], livemode: false }, { value: 1234 }),
  payment('connected', { paymentIds: ['stripe:pi_3'], account: 'acct_1' }, { value: 2500 }),
  subscription('sub_1', { amount: 2900 }),
  subscription('sub_2', { interval: 'year', amount: 12_000 }),
  subscription('sub_3', { plan: 'metered' }),
  subscription('sub_4', { plan: 'team', intervalCount: 3, amount: 9_000 }, { account: 'acct_1' }),
  subscription('sub_5', { amount: 5_500 }, { livemode: false }),
]

/** Where `Intl` shows other decimals than the unit has that the amount is counted in. */
const COUNTED_OTHERWISE = [
  payment('forints', {}, { value: 499_900, currency: 'HUF' }),
  payment('rupiahs', {}, { value: 7_900_000, currency: 'IDR' }),
  payment('dinars', {}, { value: 12_500, currency: 'IQD' }),
]

describeWithBrowser('chromium', 'money on the live page', (chromium) => {
  test('shows every amount in the minor unit that ISO 4217 gives its currency', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'light')
    await sendBatch(collector.url, COUNTED_OTHERWISE, createLedger())
    await logIn(page, collector)
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await page.locator('[data-event=purchase]').nth(2).waitFor()
    const amounts = ['HUF\u00a04,999.00', 'IDR\u00a079,000.00', 'IQD\u00a012.500']
    expect((await page.locator('[data-event=purchase] .money').allTextContents()).sort()).toEqual(amounts)
    await page.getByRole('link', { name: 'Revenue', exact: true }).click()
    await page.locator('h2.sum').nth(2).waitFor()
    expect(await page.locator('h2.sum .money').allTextContents()).toEqual(amounts)
    expect(problems).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'shows refunds, strays and recurring revenue, and test mode apart, %s',
    async (scheme) => {
      const { collector, page, problems } = await openLivePage(chromium, scheme)
      await sendBatch(collector.url, MONEY, createLedger())
      await logIn(page, collector)
      const sums = () => page.locator('h2.sum').allTextContents()
      const cells = (table: RegExp) =>
        page.getByRole('region', { name: table }).locator('tbody').first().locator('th, td').allTextContents()

      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport)
        const look = async (name: string) => {
          await shoot(page, `${name}-${size}-${scheme}`)
          expect(await violations(page), `${name} at ${size} width`).toEqual([])
          expect(await sideways(page), `${name} at ${size} width`).toBe(0)
        }

        await page.getByRole('link', { name: 'Revenue', exact: true }).click()
        await page.getByText('$40.00').first().waitFor()
        expect(await sums()).toEqual(['USD $40.00', 'USD · acct_1 $25.00'])
        expect(await cells(/^USD by the source/)).toEqual(['newsletter', '2', '$9.00', '$40.00'])
        await page.getByText('Not in the sum: $7.00 of refunds').waitFor()
        await look('revenue-of-a-shop')

        await page.getByRole('link', { name: 'MRR', exact: true }).click()
        await page.getByRole('heading', { name: 'Monthly recurring revenue' }).waitFor()
        await page.getByText('$39.00').first().waitFor()
        expect(await sums()).toEqual(['USD $39.00', 'USD · acct_1 $30.00'])
        expect(await cells(/^USD by plan/)).toEqual([
          ...['metered', 'every month', '1', '$0.00', '$0.00'],
          ...['pro', 'every month', '1', '$29.00', '$29.00'],
          ...['pro', 'every year', '1', '$120.00', '$10.00'],
        ])
        expect(await cells(/^USD · acct_1 by plan/)).toEqual(['team', 'every 3 months', '1', '$90.00', '$30.00'])
        await page.getByText('Not in the sum: 1 subscription without a fixed price').waitFor()
        await look('mrr')

        // The choice stays from one report to the next.
        await page.getByLabel('Payments').selectOption('Test mode')
        await page.getByText('$55.00').first().waitFor()
        expect(await sums()).toEqual(['USD $55.00'])
        await page.getByRole('link', { name: 'Revenue', exact: true }).click()
        await page.getByText('$12.34').first().waitFor()
        expect(await sums()).toEqual(['USD $12.34'])
        await page.getByLabel('Payments').selectOption('Live')
        await page.getByText('$40.00').first().waitFor()
      }
      expect(problems).toEqual([])
    },
  )
})
