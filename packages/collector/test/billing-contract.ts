import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BillingFacts, EventRow, Store, SubscriptionRow } from '../src/store/store.ts'
import { termsKey } from '../src/store/subscription-steps.ts'
import { eventRow } from './event-row.ts'

const PROJECT = 'default'
const DAYS = { from: 20260101, to: 20260131 }

let made = 0

export interface Payment extends Partial<EventRow> {
  readonly paymentIds?: readonly string[]
  readonly payerIds?: readonly string[]
  readonly user?: string
  readonly visitor?: string
  readonly subscription?: SubscriptionRow
}

/** A row about a payment, as ingestion makes it: 49 USD by a payer whom nothing else names unless `user` or `visitor` do. */
export function paymentRow(fields: Payment = {}): EventRow {
  const { paymentIds = [], payerIds = [], user, visitor, subscription = null, ...row } = fields
  const event = row.event ?? 'purchase'
  const about = paymentIds[0] ?? payerIds.at(-1) ?? null
  const hasSubscription = payerIds.length > 1 || event === '$forget_payment'
  const billing: BillingFacts = {
    paymentIds,
    payerIds,
    subscriptionId: hasSubscription ? (payerIds.at(-1) ?? null) : null,
    about,
    paid: ['purchase', 'checkout_finished', 'invoice_paid', 'subscription_renewed'].includes(event),
    refuses: event === '$forget_payment',
    visitor: visitor ?? null,
    user: user ?? null,
    subscription,
  }
  return eventRow({
    event,
    anonymous_id: visitor ?? (user === undefined ? (about ?? 'nobody') : null),
    user_id: user ?? null,
    value: 4_900,
    currency: 'USD',
    payment_ref: paymentIds[0] ?? row.refund_ref ?? (event === 'purchase' ? null : (payerIds.at(-1) ?? null)),
    billing,
    body: JSON.stringify({ event, billing: { paymentIds, payerIds } }),
    ...row,
  })
}

/** What events about payments come to, whatever the engine. `store` gives an empty one. */
export function billingContract(store: () => Store): void {
  const append = (...rows: EventRow[]) => store().append(rows)

  async function money(mode: 'live' | 'test' = 'live') {
    const rows = await store().revenue(PROJECT, { days: DAYS, mode })
    return rows.map(({ currency, amount, refunded, unmatched }) => ({ currency, amount, refunded, unmatched }))
  }

  const usd = (amount: number, refunded = 0, unmatched = 0) => [{ currency: 'USD', amount, refunded, unmatched }]

  const checkout = paymentRow({
    event: 'checkout_finished',
    told_by: 'checkout',
    paymentIds: ['cs_1', 'in_1'],
    payerIds: ['cus_1'],
    visitor: 'visitor-9',
  })
  const invoice = paymentRow({
    event: 'invoice_paid',
    told_by: 'invoice',
    paymentIds: ['in_1'],
    payerIds: ['cus_1', 'sub_1'],
    user: 'user-9',
  })
  const intent = paymentRow({ told_by: 'payment', event_id: 'pi_1', paymentIds: ['pi_1', 'ch_1'] })
  const part = paymentRow({ event: 'invoice_paid', event_id: 'pi_1', told_by: 'payment', paymentIds: ['pi_1', 'in_1'] })
  const refund = paymentRow({ event: 'refunded', value: 900, refund_ref: 're_1', paymentIds: ['ch_1'] })

  test('four events about one payment are one payment of one person, in every order and one by one', async () => {
    const rows = [checkout, invoice, intent, part, refund]
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: 5 }), async (order) => {
        count += 1
        const project = `order-${count}`
        for (const row of order) await store().append([{ ...row, project }])
        const revenue = await store().revenue(project, { days: DAYS, mode: 'live' })
        expect(revenue).toMatchObject([{ amount: 4_000, refunded: 900, unmatched: 0 }])
        const people = await store().people(project, { search: '', limit: 10 })
        expect(people).toMatchObject([{ id: 'user-9', stage: 'customer', events: 5 }])
        for (const id of ['user-9', 'visitor-9', 'cus_1', 'sub_1', 'ch_1']) {
          const person = await store().person(project, id)
          expect(person?.userId).toBe('user-9')
          expect(person && (await store().timeline(project, person, { limit: 10 }))).toHaveLength(5)
        }
      }),
      { numRuns: 6 },
    )
  }, 60_000)

  test('events that arrive at the same time, over and over, are one payment', async () => {
    const rows = [checkout, invoice, intent, part, refund]
    await Promise.all([...rows, ...rows, ...rows].map((row) => append(row)))
    expect(await money()).toEqual(usd(4_000, 900))
  })

  test('a duplicate that knows more than the first one still joins what it knows', async () => {
    await append(intent, invoice)
    expect(await money()).toEqual(usd(9_800))
    const charge = paymentRow({ told_by: 'payment', event_id: 'pi_1', paymentIds: ['pi_1', 'in_1'] })
    expect(await append(charge)).toEqual([false])
    expect(await money()).toEqual(usd(4_900))
  })

  test('an invoice that was paid in parts counts once, and its parts add up while it is not known', async () => {
    const half = { event: 'invoice_paid', told_by: 'payment', value: 2_450 } as const
    await append(
      paymentRow({ ...half, event_id: 'pi_1', paymentIds: ['pi_1', 'in_1'] }),
      paymentRow({ ...half, event_id: 'pi_2', paymentIds: ['pi_2', 'in_1'] }),
    )
    expect(await money()).toEqual(usd(4_900))
    await append(invoice)
    expect(await money()).toEqual(usd(4_900))
  })

  test('a refund of a payment that was never seen lowers nothing, and shows', async () => {
    await append(paymentRow({ told_by: 'payment', paymentIds: ['pi_2'] }), refund)
    expect(await money()).toEqual(usd(4_900, 0, 900))
    await append(intent)
    expect(await money()).toEqual(usd(8_900, 900))
  })

  test('a refund by itself and by its charge is one refund', async () => {
    const byCharge = { event: 'refunded', paymentIds: ['pi_1', 'ch_1'] } as const
    await append(intent, refund, paymentRow({ ...byCharge, value: 900 }))
    expect(await money()).toEqual(usd(4_000, 900))
    // Only the charge tells of this one.
    await append(paymentRow({ ...byCharge, value: 600 }))
    expect(await money()).toEqual(usd(3_400, 1_500))
  })

  test('a refund that is given again after one that failed counts, whichever webhooks tell of them', async () => {
    const ofCharge = { event: 'refunded', value: 900, refunded_total: 900, paymentIds: ['pi_1', 'ch_1'] } as const
    const failure = { event: 'refund_failed', value: 900, refund_ref: 're_1', paymentIds: ['ch_1'] } as const
    const given = (number: number, ts: number) =>
      paymentRow({ event: 'refunded', value: 900, refund_ref: `re_${number}`, paymentIds: ['ch_1'], ts })
    const [first, failed, second] = [
      paymentRow({ ...ofCharge, ts: 1 }),
      paymentRow({ ...failure, ts: 2 }),
      paymentRow({ ...ofCharge, ts: 3 }),
    ]
    const tellings = [
      { told: [first, second], refunded: 900 },
      { told: [first, failed, second], refunded: 900 },
      { told: [failed, second], refunded: 900 },
      { told: [second], refunded: 900 },
      { told: [first, failed], refunded: 0 },
      { told: [given(1, 1), failed, given(2, 3)], refunded: 900 },
      { told: [first, given(1, 1), second, given(2, 3)], refunded: 900 },
      { told: [first, given(1, 1), failed, second, given(2, 3)], refunded: 900 },
    ]
    for (const [index, { told, refunded }] of tellings.entries()) {
      for (const [turn, order] of [told, [...told].reverse()].entries()) {
        const project = `again-${index}-${turn}`
        await append(...[intent, ...order].map((row) => ({ ...row, project })))
        const rows = await store().revenue(project, { days: { from: 19700101, to: 20261231 }, mode: 'live' })
        const sum = (of: 'amount' | 'refunded') => rows.reduce((total, row) => total + row[of], 0)
        expect([index, turn, sum('amount'), sum('refunded')]).toEqual([index, turn, 4_900 - refunded, refunded])
      }
    }
  })

  /** What is left of a payment of 4900 after these, told in either order. */
  async function leftAfter(name: string, payments: readonly EventRow[], told: readonly EventRow[]) {
    const left: number[] = []
    for (const [turn, order] of [told, [...told].reverse()].entries()) {
      const project = `${name}-${turn}`
      await append(...[...payments, ...order].map((row) => ({ ...row, project })))
      const rows = await store().revenue(project, { days: { from: 19700101, to: 20261231 }, mode: 'live' })
      left.push(rows.reduce((total, row) => total + row.amount, 0))
      expect(rows.reduce((total, row) => total + row.refunded, 0)).toBe(
        rows.length > 0 ? 4_900 - (left.at(-1) ?? 0) : 0,
      )
      expect(rows.every(({ unmatched }) => unmatched === 0)).toBe(true)
    }
    return left
  }

  const gave = (number: number, value: number, ts: number, charge = 1) =>
    paymentRow({
      event: 'refunded',
      value,
      refund_ref: `re_${number}`,
      paymentIds: [`pi_${charge}`, `ch_${charge}`],
      ts,
    })
  const failed = (number: number, value: number, ts: number, charge = 1) =>
    paymentRow({
      event: 'refund_failed',
      value,
      refund_ref: `re_${number}`,
      paymentIds: [`pi_${charge}`, `ch_${charge}`],
      ts,
    })
  const summed = (before: number, total: number, ts: number, charge = 1) =>
    paymentRow({
      event: 'refunded',
      value: total - before,
      refunded_total: total,
      paymentIds: [`pi_${charge}`, `ch_${charge}`],
      ts,
    })

  test.each([
    { what: 'fails and is given again', told: [summed(0, 900, 1), failed(1, 900, 2), summed(0, 900, 2)], left: 4_000 },
    { what: 'is given and fails', told: [summed(0, 900, 2), failed(1, 900, 2)], left: 4_900 },
    {
      what: 'is given, fails and is given again',
      told: [summed(0, 900, 2), failed(1, 900, 2), summed(0, 900, 2)],
      left: 4_000,
    },
    {
      what: 'is given, fails and is given again, of which its charge tells once',
      told: [gave(1, 900, 2), failed(1, 900, 2), gave(2, 900, 2), summed(0, 900, 2)],
      left: 4_000,
    },
    {
      what: 'fails after another was given',
      told: [summed(0, 900, 1), summed(900, 1_400, 2), failed(1, 900, 2)],
      left: 4_400,
    },
    {
      what: 'fails after another was given, of which all webhooks tell',
      told: [gave(1, 900, 1), summed(0, 900, 1), gave(2, 500, 2), summed(900, 1_400, 2), failed(1, 900, 2)],
      left: 4_400,
    },
    {
      what: 'fails before another is given, of which all webhooks tell',
      told: [gave(1, 900, 1), summed(0, 900, 1), failed(1, 900, 2), gave(2, 500, 2), summed(0, 500, 2)],
      left: 4_400,
    },
  ])('within one second, a refund that $what leaves $left', async ({ what, told, left }) => {
    expect(await leftAfter(what, [intent], told)).toEqual([left, left])
  })

  test('of a payment by several charges each tells of its own refunds, whichever webhook is missing', async () => {
    const half = { event: 'invoice_paid', told_by: 'payment', value: 2_450 } as const
    const halves = [1, 2].map((number) =>
      paymentRow({ ...half, event_id: `pi_${number}`, paymentIds: [`pi_${number}`, `ch_${number}`, 'in_1'] }),
    )
    const charges = [summed(0, 900, 1, 1), summed(0, 500, 4, 2)]
    const refunds = [gave(1, 900, 1, 1), gave(2, 500, 4, 2)]
    const failure = failed(1, 900, 3, 1)
    const tellings = [
      { told: [...charges, ...refunds], left: 3_500 },
      { told: charges, left: 3_500 },
      { told: refunds, left: 3_500 },
      // One of each was lost.
      { told: [summed(0, 900, 1, 1), gave(2, 500, 4, 2)], left: 3_500 },
      { told: [...charges, failure], left: 4_400 },
      { told: [...refunds, failure], left: 4_400 },
      { told: [...charges, ...refunds, failure], left: 4_400 },
    ]
    for (const [index, { told, left }] of tellings.entries()) {
      expect([index, ...(await leftAfter(`charges-${index}`, halves, told))]).toEqual([index, left, left])
    }
  })

  test('what was authorised and never captured is no refund, also where the provider makes one for it', async () => {
    const part = paymentRow({
      told_by: 'payment',
      event_id: 'pi_1',
      paymentIds: ['pi_1', 'ch_1'],
      released: 2_000,
      ts: 1,
    })
    const tellings = [
      { told: [gave(1, 2_000, 1)], left: 4_900 },
      { told: [gave(1, 2_000, 1), gave(2, 900, 2)], left: 4_000 },
      { told: [gave(1, 2_000, 1), gave(2, 2_000, 2)], left: 2_900 },
      { told: [gave(1, 2_000, 1), gave(2, 2_000, 2), summed(0, 2_000, 2)], left: 2_900 },
      { told: [gave(1, 900, 2)], left: 4_000 },
    ]
    for (const [index, { told, left }] of tellings.entries()) {
      expect([index, ...(await leftAfter(`released-${index}`, [part], told))]).toEqual([index, left, left])
    }
    const voided = paymentRow({
      event: 'payment_voided',
      value: null,
      currency: null,
      paymentIds: ['pi_1'],
      released: 2_000,
    })
    expect(await leftAfter('voided', [voided], [gave(1, 2_000, 1)])).toEqual([0, 0])
  })

  test('of several captures the greatest sum counts until the whole payment is known', async () => {
    const captured = (value: number, ts: number) =>
      paymentRow({ told_by: 'capture', event_id: `pi_1:captured:${value}`, value, ts, paymentIds: ['pi_1', 'ch_1'] })
    const session = paymentRow({
      event: 'checkout_finished',
      told_by: 'checkout',
      value: 9_900,
      paymentIds: ['pi_1', 'cs_1'],
    })
    await append(captured(3_500, 2), session, captured(2_000, 1))
    const days = { from: 19700101, to: 20261231 }
    const amounts = async () => (await store().revenue(PROJECT, { days, mode: 'live' })).map(({ amount }) => amount)
    expect(await amounts()).toEqual([3_500])
    await append({ ...intent, value: 5_000 })
    expect(await amounts()).toEqual([5_000])
  })

  test('a refund that failed and a dispute that was won take nothing, one that was lost does', async () => {
    const disputed = { refund_ref: 'dp_1', paymentIds: ['pi_1'] }
    await append(intent, refund, paymentRow({ event: 'payment_disputed', ...disputed }))
    expect(await money()).toEqual(usd(-900, 5_800))
    await append(paymentRow({ event: 'refund_failed', value: 900, refund_ref: 're_1', paymentIds: ['pi_1'] }))
    expect(await money()).toEqual(usd(0, 4_900))
    await append(paymentRow({ event: 'dispute_won', ...disputed }))
    expect(await money()).toEqual(usd(4_900))
  })

  test('that something came back says that it was given, where nothing else did', async () => {
    await append(intent, paymentRow({ event: 'refund_failed', value: 900, refund_ref: 're_1', paymentIds: ['pi_1'] }))
    expect(await money()).toEqual(usd(4_900))
  })

  test('people who share a payer each have their own payments and refunds', async () => {
    const shared = { payerIds: ['cus_1'] }
    const visit = (visitor: string, source: string) =>
      eventRow({ anonymous_id: visitor, source, ts: Date.UTC(2026, 0, 1), event_id: `visit-${visitor}` })
    const bought = (number: number, fields: Payment & { readonly value: number }) => [
      paymentRow({
        ...shared,
        event: 'checkout_finished',
        told_by: 'checkout',
        paymentIds: [`pi_${number}`],
        ...fields,
      }),
      paymentRow({ ...shared, told_by: 'payment', paymentIds: [`pi_${number}`, `ch_${number}`], value: fields.value }),
    ]
    const names = [
      { first: { visitor: 'visitor-a' }, second: { visitor: 'visitor-b' } },
      { first: { visitor: 'visitor-a', user: 'user-a' }, second: { visitor: 'visitor-b', user: 'user-b' } },
    ]
    for (const [index, { first, second }] of names.entries()) {
      const project = `shared-${index}`
      const rows = [
        visit('visitor-a', 'google'),
        visit('visitor-b', 'newsletter'),
        ...bought(1, { ...first, value: 5_000 }),
        ...bought(2, { ...second, value: 9_000 }),
        paymentRow({ event: 'refunded', value: 2_000, refund_ref: 're_2', paymentIds: ['ch_2'] }),
      ]
      for (const row of rows) await append({ ...row, project })
      if ('user' in first) {
        const users = { 'visitor-a': 'user-a', 'visitor-b': 'user-b' }
        for (const [anonymous_id, user_id] of Object.entries(users)) {
          await append(eventRow({ project, event: '$identify', anonymous_id, user_id }))
        }
      }
      const revenue = await store().revenue(project, { days: DAYS, mode: 'live' })
      expect(revenue.map(({ source, amount, refunded }) => [source, amount, refunded])).toEqual([
        ['google', 5_000, 0],
        ['newsletter', 7_000, 2_000],
      ])
    }
  })

  test('what was paid before and refunded on these days is refunded, wherever the payment lies', async () => {
    await append({ ...intent, day: 20251231 }, refund)
    expect(await money()).toEqual(usd(-900, 900))
  })

  test('a payment whose event is gone was still seen', async () => {
    await append({ ...intent, day: 20250101 })
    await store().expire(20260101)
    await append(refund)
    expect(await money()).toEqual(usd(-900, 900))
  })

  test('test mode is apart, and makes no customers', async () => {
    await append(paymentRow({ told_by: 'payment', paymentIds: ['pi_9'], livemode: 0 }))
    expect(await money()).toEqual([])
    expect(await money('test')).toEqual(usd(4_900))
    expect(await store().stages(PROJECT)).toContainEqual({ stage: 'customer', people: 0 })
  })

  test("a connected account's money is its own", async () => {
    await append(intent, paymentRow({ told_by: 'payment', paymentIds: ['pi_2'], account: 'acct_1', value: 100 }))
    const revenue = await store().revenue(PROJECT, { days: DAYS, mode: 'live' })
    expect(revenue).toHaveLength(2)
    expect(revenue).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ account: 'acct_1', amount: 100 }),
        expect.objectContaining({ account: null, amount: 4_900 }),
      ]),
    )
  })

  test('a guest is a visitor by the payer, until an event names somebody', async () => {
    await append(paymentRow({ paymentIds: ['pi_1'], payerIds: ['ada@example.com'] }), refund)
    await append(paymentRow({ event: 'invoice_paid', paymentIds: ['pi_1', 'ch_1'] }))
    const guest = await store().person(PROJECT, 'ch_1')
    expect(guest).toEqual({ userId: null, anonymousIds: ['ada@example.com', 'ch_1', 'pi_1'] })
    const people = await store().people(PROJECT, { search: '', limit: 10 })
    expect(people.map(({ id, events }) => [id, events])).toEqual([['ada@example.com', 3]])
    await append(paymentRow({ paymentIds: ['pi_1'], visitor: 'visitor-9' }))
    expect((await store().person(PROJECT, 'ch_1'))?.anonymousIds[0]).toBe('visitor-9')
    await append(eventRow({ event: '$identify', anonymous_id: 'visitor-9', user_id: 'user-9' }))
    const user = await store().person(PROJECT, 'ch_1')
    expect(user).toMatchObject({ userId: 'user-9' })
    expect(user?.anonymousIds).toEqual(['visitor-9', 'ch_1', 'pi_1'])
    const profile = user && (await store().profile(PROJECT, user))
    expect(profile?.links.map(({ anonymousId, linkedBy }) => [anonymousId, linkedBy])).toContainEqual([
      'pi_1',
      'payment',
    ])
  })

  test("nothing that a browser says of a payer's id counts", async () => {
    await append(intent, eventRow({ sender: 'pk', anonymous_id: 'pi_1', user_id: 'thief', ts: 1 }))
    expect((await store().person(PROJECT, 'pi_1'))?.userId).toBeNull()
    expect((await store().person(PROJECT, 'thief'))?.anonymousIds).toEqual([])
    const people = await store().people(PROJECT, { search: '', limit: 10 })
    expect(people.map(({ id, events }) => [id, events]).sort()).toEqual([
      ['ch_1', 1],
      ['thief', 1],
    ])
  })

  test('whoever is forgotten is forgotten as a payer, and others stay', async () => {
    const subscription = subscriptionRow({ subscription: 'sub_1' })
    await append(checkout, invoice, refund, paymentRow({ payerIds: ['cus_1', 'sub_1'], subscription, value: null }))
    await append(paymentRow({ paymentIds: ['pi_2'], payerIds: ['cus_2'], user: 'user-2', ts: 1 }))
    await append(paymentRow({ paymentIds: ['pi_3'], payerIds: ['cus_2'], user: 'user-9', ts: 2 }))
    const person = await store().person(PROJECT, 'cus_1')
    expect(person?.userId).toBe('user-9')
    const billing = person && (await store().storedBilling(PROJECT, person))
    // Those of a payment of theirs by a customer that is shared, and not the customer.
    expect(billing?.ids).toEqual(['cs_1', 'cus_1', 'in_1', 'pi_3', 'sub_1'])
    expect(billing?.claims.map(({ id, anonymousId, userId }) => [id, anonymousId, userId]).sort()).toEqual([
      ['cs_1', 'visitor-9', null],
      ['in_1', null, 'user-9'],
      ['pi_3', null, 'user-9'],
    ])
    expect(billing?.subscriptions).toMatchObject([
      { id: 'sub_1', billed: true, plan: subscription.plan, livemode: true },
    ])
    // The refund names a charge that nothing leads to.
    expect(person && (await store().forget(PROJECT, person)).events).toBe(4)
    expect(person && (await store().storedBilling(PROJECT, person))).toEqual({ ids: [], claims: [], subscriptions: [] })
    expect(await store().person(PROJECT, 'cus_1')).toBeUndefined()
    expect(await store().recurring(PROJECT, 'live')).toEqual([])
    expect((await store().person(PROJECT, 'cus_2'))?.userId).toBe('user-2')
    expect(await money()).toEqual(usd(4_900, 0, 900))
  })

  test('recurring revenue is the latest state of each subscription, in whatever order they arrive', async () => {
    const at = (changed_at: number, fields: Partial<SubscriptionRow>) =>
      paymentRow({
        event: 'subscription_changed',
        value: null,
        subscription: subscriptionRow({ changed_at, ...fields }),
      })
    const life = [
      at(1, { billed: 0 }),
      at(2, {}),
      at(3, { plan: 'team', amount: 9_900, billing_interval: 'year' }),
      at(4, { subscription: 'sub_2', plan: 'pro' }),
      at(5, { subscription: 'sub_2', billed: 0 }),
      at(6, { subscription: 'sub_3', plan: 'team', billing_interval: 'year', amount: null }),
      at(7, { subscription: 'sub_4', livemode: 0 }),
    ]
    for (const row of [...life].reverse()) await append(row)
    await append(...life.map((row) => ({ ...row, event_id: `again-${row.event_id}` })))
    const team = { plan: 'team', interval: 'year', intervalCount: 1, currency: 'USD', account: null }
    expect(await store().recurring(PROJECT, 'live')).toEqual([
      { ...team, subscriptions: 2, amount: 9_900, unpriced: 1 },
    ])
    expect(await store().recurring(PROJECT, 'test')).toMatchObject([{ plan: 'pro', amount: 4_900 }])
  })

  test.each([
    ['an upgrade and back', [{ amount: 9_900 }, {}], [4_900]],
    ['an upgrade, then a pause', [{ amount: 9_900 }, { amount: 9_900, billed: 0 }], []],
    ['a downgrade', [{ amount: 900 }], [900]],
  ])('of changes within one second, %s, the last one counts in every order', async (name, changes, amounts) => {
    let before = subscriptionRow({ changed_at: 1 })
    const rows = [before, ...changes].map((fields, index) => {
      const state = subscriptionRow({
        changed_at: index === 0 ? 1 : 2,
        ...fields,
        previous: index === 0 ? null : termsKey(before),
      })
      before = state
      return paymentRow({
        event: 'subscription_changed',
        event_id: `change-${index}`,
        value: null,
        subscription: { ...state, event: `change-${index}` },
      })
    })
    for (const [turn, order] of [rows, [...rows].reverse(), [...rows.slice(1), ...rows]].entries()) {
      const project = `${name}-${turn}`
      for (const row of order) {
        const { billing } = row
        const subscription = billing?.subscription ? { ...billing.subscription, project } : null
        await append({ ...row, project, ...(billing && { billing: { ...billing, subscription } }) })
      }
      expect((await store().recurring(project, 'live')).map(({ amount }) => amount)).toEqual(amounts)
    }
  })
}

export function subscriptionRow(fields: Partial<SubscriptionRow>): SubscriptionRow {
  made += 1
  return {
    event: `event-${made}`,
    previous: null,
    project: PROJECT,
    subscription: 'sub_1',
    changed_at: 1,
    billed: 1,
    plan: 'pro',
    billing_interval: 'month',
    interval_count: 1,
    amount: 4_900,
    currency: 'USD',
    account: null,
    livemode: 1,
    ...fields,
  }
}
