import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventRow, Store } from '../src/store/store.ts'
import { type Payment, paymentRow, subscriptionRow } from './billing-contract.ts'
import { eventRow } from './event-row.ts'

const EVERYBODY = { search: '', limit: 100 }

/** Whom events name beside what they pay with. */
type Name = Pick<Payment, 'user' | 'visitor'>

/** A payment and a subscription of which only the checkouts name anybody. */
function bought(who: string, payer: string, name: Name): EventRow[] {
  const id = (kind: string) => `${kind}_${who}`
  const payerIds = [payer]
  const subscriber = [payer, id('sub')]
  const state = subscriptionRow({ subscription: id('sub'), amount: 900 })
  const checkout = { event: 'checkout_finished', told_by: 'checkout', ...name } as const
  return [
    paymentRow({ ...checkout, event_id: id('pi'), paymentIds: [id('pi'), id('cs')], payerIds }),
    paymentRow({ told_by: 'payment', event_id: id('pi'), paymentIds: [id('pi'), id('ch')], payerIds }),
    refunded(who, 1),
    paymentRow({ ...checkout, event_id: id('in'), paymentIds: [id('in'), id('cs2')], payerIds: subscriber }),
    paymentRow({
      event: 'subscription_started',
      event_id: id('evt'),
      value: null,
      payerIds: subscriber,
      subscription: state,
    }),
    paymentRow({
      event: 'subscription_renewed',
      event_id: id('in2'),
      told_by: 'invoice',
      paymentIds: [id('in2')],
      payerIds: subscriber,
    }),
    paymentRow({ told_by: 'payment', event_id: id('pi2'), paymentIds: [id('pi2'), id('in2')], payerIds }),
  ]
}

const refunded = (who: string, number: number, fields: Payment = {}) =>
  paymentRow({
    event: 'refunded',
    event_id: `re${number}_${who}`,
    value: 100,
    refund_ref: `re${number}_${who}`,
    paymentIds: [`pi_${who}`, `ch_${who}`],
    ...fields,
  })

const inProject = (row: EventRow, project: string): EventRow => {
  const { billing } = row
  const subscription = billing?.subscription ? { ...billing.subscription, project } : null
  return { ...row, project, ...(billing && { billing: { ...billing, subscription } }) }
}

/** That a payment is whose its own events say, also where several people share a payer. `store` gives an empty one. */
export function sharedPayerContract(store: () => Store): void {
  let projects = 0

  /** Whoever is in the project, by all reads: they must agree. */
  async function everybody(project: string) {
    const people = await store().people(project, EVERYBODY)
    const found: { id: string; events: readonly string[]; stage: string }[] = []
    for (const { id, identified, events, stage } of people) {
      const person = await store().person(project, id)
      expect([id, person?.userId ?? person?.anonymousIds[0]]).toEqual([id, id])
      if (!person) continue
      expect(person.userId !== null).toBe(identified)
      const timeline = await store().timeline(project, person, { limit: 1_000 })
      const profile = await store().profile(project, person)
      expect([id, timeline.length, profile.events, profile.stage]).toEqual([id, events, events, stage])
      found.push({ id, events: timeline.map(({ event, eventId }) => `${event} ${eventId}`).sort(), stage })
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async function played(rows: readonly EventRow[], together: boolean): Promise<string> {
    projects += 1
    const project = `shared-${projects}`
    const own = rows.map((row) => inProject(row, project))
    if (together) await store().append(own)
    else for (const row of own) await store().append([row])
    return project
  }

  async function forget(project: string, id: string): Promise<void> {
    const person = await store().person(project, id)
    if (person) await store().forget(project, person)
  }

  const sharing = [
    { who: 'two users of one customer', payer: 'cus_1', a: { user: 'user-a' }, b: { user: 'user-b' } },
    {
      who: 'two guests of one e-mail address',
      payer: 'x@shop.example',
      a: { visitor: 'guest-a' },
      b: { visitor: 'guest-b' },
    },
    {
      who: 'two users of one customer, named by their visitors alone and linked later',
      payer: 'cus_1',
      a: { visitor: 'guest-a' },
      b: { visitor: 'guest-b' },
      links: [
        eventRow({ event: '$identify', event_id: 'late-a', anonymous_id: 'guest-a', user_id: 'user-a' }),
        eventRow({ event: '$identify', event_id: 'late-b', anonymous_id: 'guest-b', user_id: 'user-b' }),
      ],
    },
  ]

  test.each(sharing)(
    'of $who each keeps what is theirs, in every order and when the other is forgotten',
    async ({ payer, links = [], ...names }) => {
      const ofA = bought('a', payer, names.a)
      const ofB = bought('b', payer, names.b)
      const rows = [...ofA, ...ofB, ...links]
      const idOf = (who: 'a' | 'b') => (links.length > 0 ? `user-${who}` : Object.values(names[who])[0])
      const eventsOf = (own: readonly EventRow[], who: string) =>
        [...own, ...links.filter(({ user_id }) => user_id === `user-${who}`)]
          .map(({ event, event_id }) => `${event} ${event_id}`)
          .sort()
      const a = { id: idOf('a'), events: eventsOf(ofA, 'a'), stage: 'customer' }
      const b = { id: idOf('b'), events: eventsOf(ofB, 'b'), stage: 'customer' }
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(rows, { minLength: rows.length }),
          fc.boolean(),
          async (order, together) => {
            const project = await played(order, together)
            expect(await everybody(project)).toEqual([a, b])
            expect(await store().stages(project)).toContainEqual({ stage: 'customer', people: 2 })
            for (const kind of ['pi', 'ch', 'cs', 'in', 'sub', 'in2', 'pi2']) {
              const person = await store().person(project, `${kind}_b`)
              expect([kind, person?.userId ?? person?.anonymousIds[0]]).toEqual([kind, b.id])
            }
            const person = await store().person(project, String(a.id))
            const exported = person && (await store().storedBilling(project, person))
            expect(exported?.subscriptions.map(({ id }) => id)).toEqual(['sub_a'])
            expect(exported?.ids).toEqual(['ch_a', 'cs2_a', 'cs_a', 'in2_a', 'in_a', 'pi2_a', 'pi_a', 'sub_a'])

            await forget(project, String(a.id))
            expect(await everybody(project)).toEqual([b])
            expect(await store().person(project, 'pi_a')).toBeUndefined()
            expect(await store().recurring(project, 'live')).toMatchObject([{ subscriptions: 1, amount: 900 }])
            const revenue = await store().revenue(project, { days: { from: 20260101, to: 20260131 }, mode: 'live' })
            expect(revenue).toMatchObject([{ amount: 3 * 4_900 - 100, refunded: 100, unmatched: 0 }])

            await store().append([inProject(refunded('b', 2), project)])
            expect(await everybody(project)).toEqual([{ ...b, events: [...b.events, 'refunded re2_b'].sort() }])
          },
        ),
        { numRuns: 4 },
      )
    },
    120_000,
  )

  test('a resend after somebody was forgotten brings back neither them nor their payments', async () => {
    const rows = bought('a', 'cus_1', { user: 'user-a' })
    const project = await played([...rows, ...bought('b', 'cus_1', { user: 'user-b' })], true)
    const b = (await everybody(project)).filter(({ id }) => id === 'user-b')
    await forget(project, 'user-a')
    for (const row of rows) expect(await store().append([inProject(row, project)])).toEqual([false])
    expect(await store().append(rows.map((row) => inProject(row, project)))).toEqual(rows.map(() => false))
    expect(await store().person(project, 'user-a')).toBeUndefined()
    expect(await store().person(project, 'pi_a')).toBeUndefined()
    expect(await store().recurring(project, 'live')).toMatchObject([{ subscriptions: 1 }])
    expect(await everybody(project)).toEqual(b)
  })

  test('what nobody names goes to whom the subscription names, and then to the first of the payer', async () => {
    const project = await played(
      [
        paymentRow({ paymentIds: ['in_1'], payerIds: ['cus_1', 'sub_1'], user: 'user-b', ts: 2 }),
        paymentRow({ paymentIds: ['pi_9'], payerIds: ['cus_1'], user: 'user-a', ts: 1 }),
        paymentRow({ event_id: 'renewal', paymentIds: ['in_2'], payerIds: ['cus_1', 'sub_1'] }),
        paymentRow({ event_id: 'nameless', paymentIds: ['pi_2'], payerIds: ['cus_1'] }),
      ],
      false,
    )
    const people = await everybody(project)
    expect(people.map(({ id, events }) => [id, events.length])).toEqual([
      ['user-a', 2],
      ['user-b', 2],
    ])
    expect((await store().person(project, 'in_2'))?.userId).toBe('user-b')
    expect((await store().person(project, 'pi_2'))?.userId).toBe('user-a')
  })

  test('a visitor is the user of the same payment, before that of the same payer', async () => {
    const project = await played(
      [
        paymentRow({ paymentIds: ['pi_1'], payerIds: ['cus_1'], user: 'user-a', ts: 1 }),
        paymentRow({ paymentIds: ['cs_2', 'pi_2'], payerIds: ['cus_1'], visitor: 'guest-b', ts: 2 }),
        paymentRow({ paymentIds: ['pi_2'], payerIds: ['cus_1'], user: 'user-b', ts: 3 }),
      ],
      false,
    )
    expect((await store().person(project, 'guest-b'))?.userId).toBe('user-b')
    expect((await everybody(project)).map(({ id, events }) => [id, events.length])).toEqual([
      ['user-a', 1],
      ['user-b', 2],
    ])
  })

  test('whatever events say, all reads agree, in any order, and nobody takes anything of others along', async () => {
    const some = (ids: readonly string[], maxLength: number) => fc.shuffledSubarray([...ids], { maxLength })
    const payment = fc
      .record({
        paymentIds: some(['pi_1', 'pi_2', 'in_1', 'in_2', 'pi_3'], 2),
        payer: fc.constantFrom('cus_1', 'cus_2', undefined),
        subscription: fc.constantFrom('sub_1', 'sub_2', undefined, undefined),
        user: fc.constantFrom('user-1', 'user-2', undefined, undefined, undefined),
        visitor: fc.constantFrom('guest-1', 'guest-2', undefined, undefined, undefined),
        ts: fc.integer({ min: 1, max: 9 }),
      })
      .map(({ payer, subscription, user, visitor, ...rest }) =>
        paymentRow({
          ...rest,
          payerIds: payer === undefined ? [] : [payer, ...(subscription === undefined ? [] : [subscription])],
          ...(user !== undefined && { user }),
          ...(visitor !== undefined && { visitor }),
        }),
      )
    const link = fc
      .record({
        anonymous_id: fc.constantFrom('guest-1', 'guest-2'),
        user_id: fc.constantFrom('user-1', 'user-2', null),
        address: fc.constantFrom('email:a@example.com', 'email:b@example.com', undefined, undefined),
        ts: fc.integer({ min: 1, max: 9 }),
      })
      .map(({ address, ...fields }) =>
        eventRow({ event: '$identify', ...fields, ...(address !== undefined && { addressId: address }) }),
      )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 5, arbitrary: payment }, link), { minLength: 2, maxLength: 9 }),
        fc.nat(),
        async (rows, choice) => {
          const project = await played(rows, false)
          const before = await everybody(project)
          expect(before.flatMap(({ events }) => events)).toHaveLength(rows.length)
          expect(await everybody(await played([...rows].reverse(), true))).toEqual(before)
          const gone = before[choice % before.length]
          if (!gone) return
          await forget(project, gone.id)
          expect(await everybody(project)).toEqual(before.filter(({ id }) => id !== gone.id))
        },
      ),
      { numRuns: 20 },
    )
  }, 120_000)
}
