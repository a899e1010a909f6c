import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventRow, Store } from '../src/store/store.ts'
import { paymentRow, subscriptionRow } from './billing-contract.ts'

const PROJECT = 'default'
const DAYS = { from: 20260101, to: 20260131 }

const forget = (ids: { readonly paymentIds?: readonly string[]; readonly payerIds?: readonly string[] }) =>
  paymentRow({ event: '$forget_payment', value: null, currency: null, ...ids })

const nameless = { payerIds: ['cus_1'] }
const intent = paymentRow({ told_by: 'payment', event_id: 'pi_1', paymentIds: ['pi_1', 'ch_1'], ...nameless })
const refund = paymentRow({ event: 'refunded', value: 900, refund_ref: 're_1', paymentIds: ['ch_1'] })
const part = paymentRow({ event: 'invoice_paid', event_id: 'pi_1', told_by: 'payment', paymentIds: ['pi_1', 'in_1'] })
const invoice = paymentRow({
  event: 'subscription_renewed',
  event_id: 'in_1',
  told_by: 'invoice',
  paymentIds: ['in_1'],
  payerIds: ['cus_1', 'sub_1'],
})
const subscribed = paymentRow({
  event: 'subscription_started',
  payerIds: ['cus_1', 'sub_1'],
  subscription: subscriptionRow({}),
})
/** Of the same customer, who had not refused there. */
const other = paymentRow({
  told_by: 'payment',
  event_id: 'pi_2',
  paymentIds: ['pi_2'],
  payerIds: ['cus_1'],
  user: 'user-1',
})

/** That nothing is kept of what somebody refused, whatever the engine. `store` gives an empty one. */
export function refusalContract(store: () => Store): void {
  /** Plays the rows in several orders, one by one and all at once, and looks at what is left each time. */
  async function inEveryOrder(rows: readonly EventRow[], look: (project: string) => Promise<void>): Promise<void> {
    let count = 0
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...rows], { minLength: rows.length }),
        fc.boolean(),
        async (order, together) => {
          count += 1
          const project = `order-${count}`
          const own = order.map((row) => inProject(row, project))
          if (together) await store().append(own)
          else for (const row of own) await store().append([row])
          await look(project)
        },
      ),
      { numRuns: 12 },
    )
  }

  const revenueOf = async (project: string) =>
    (await store().revenue(project, { days: DAYS, mode: 'live' })).map(({ amount, unmatched }) => ({
      amount,
      unmatched,
    }))

  test('of a payment that any event says no about nothing is kept, in whatever order', async () => {
    const refusal = forget({ paymentIds: ['cs_1', 'pi_1'] })
    await inEveryOrder([intent, refund, part, refusal], async (project) => {
      expect(await revenueOf(project)).toEqual([])
      expect(await store().people(project, { search: '', limit: 10 })).toEqual([])
      expect(await store().latest(project, 10)).toEqual([])
      for (const id of ['cus_1', 'pi_1', 'ch_1', 'cs_1']) expect(await store().person(project, id)).toBeUndefined()
    })
  }, 60_000)

  test('of a refused subscription neither its state nor its payments are kept, and of the customer all else', async () => {
    const refusal = forget({ payerIds: ['sub_1'] })
    await inEveryOrder([invoice, part, intent, subscribed, refusal, other], async (project) => {
      expect(await revenueOf(project)).toEqual([{ amount: 4_900, unmatched: 0 }])
      expect(await store().recurring(project, 'live')).toEqual([])
      expect((await store().latest(project, 10)).map(({ eventId }) => eventId)).toEqual(['pi_2'])
      const people = await store().people(project, { search: '', limit: 10 })
      expect(people.map(({ id, events }) => [id, events])).toEqual([['user-1', 1]])
    })
  }, 60_000)

  test('whom the events of a refused payment named is known no more', async () => {
    const named = {
      ...intent,
      ...paymentRow({ told_by: 'payment', paymentIds: ['pi_1'], payerIds: ['cus_1'], user: 'user-9' }),
    }
    await inEveryOrder([named, forget({ paymentIds: ['pi_1'] })], async (project) => {
      expect(await store().person(project, 'user-9')).toBeUndefined()
      expect(await store().person(project, 'cus_1')).toBeUndefined()
    })
  }, 60_000)

  test('says so to whoever sends it, each time', async () => {
    const refusal = forget({ paymentIds: ['pi_1'] })
    expect(await store().append([intent])).toEqual([true])
    expect(await store().append([refusal, refund])).toEqual([true, 'refused'])
    expect(await store().append([intent, refusal])).toEqual(['refused', true])
    const { day, received_at } = refund
    expect(received_at).toBeGreaterThan(0)
    const counts = await store().counts(PROJECT, { from: day, to: day })
    expect(counts).toContainEqual({ project: PROJECT, day, kind: 'invalid', name: 'consent_denied', count: 2 })
    expect(counts.filter(({ kind }) => kind === 'duplicate')).toEqual([])
  })

  test('a refusal outlives the person whom the payer turned out to be', async () => {
    await store().append([other, forget({ paymentIds: ['pi_1'] }), part, intent])
    const person = await store().person(PROJECT, 'user-1')
    expect(person && (await store().forget(PROJECT, person))).toMatchObject({ events: 1 })
    expect(await store().append([refund])).toEqual(['refused'])
    expect(await revenueOf(PROJECT)).toEqual([])
  })
}

function inProject(row: EventRow, project: string): EventRow {
  const { billing } = row
  const subscription = billing?.subscription ? { ...billing.subscription, project } : null
  return { ...row, project, ...(billing && { billing: { ...billing, subscription } }) }
}
