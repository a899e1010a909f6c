import { afterAll, beforeAll, expect, test } from 'vitest'
import { charge, delivery, intent, session } from '../../packages/server/test/stripe-fixtures.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(['modes'])
})
afterAll(() => shop?.close())

async function post(type: string, object: { readonly [name: string]: unknown }, livemode: boolean): Promise<void> {
  const { body, signature } = delivery(type, object, { id: `evt_${type}_${livemode}`, livemode })
  const answer = await fetch(`${shop.url}/modes`, { method: 'POST', body, headers: { 'stripe-signature': signature } })
  expect([answer.status, await answer.json()]).toMatchObject([200, { dropped: [] }])
}

async function read(path: string): Promise<unknown> {
  const answer = await fetch(new URL(path, shop.collectorUrl), { headers: { authorization: 'Bearer rk_modes_0001' } })
  return answer.json()
}

test('a test purchase and a real one by the same e-mail address are two people', async () => {
  for (const [mode, livemode] of [
    ['live', true],
    ['test', false],
  ] as const) {
    const guest = { customer: null, metadata: {}, client_reference_id: null }
    const ids = { payment_intent: `pi_${mode}` }
    const paid = session({ ...guest, ...ids, id: `cs_${mode}`, customer_details: { email: 'ada@example.com' } })
    await post('checkout.session.completed', paid, livemode)
    await post(
      'payment_intent.succeeded',
      intent({ ...guest, id: `pi_${mode}`, latest_charge: `ch_${mode}` }),
      livemode,
    )
    await post('charge.refunded', charge({ ...guest, ...ids, id: `ch_${mode}`, amount_refunded: 990 }), livemode)
  }
  const { people } = Object(await read('/v1/people'))
  expect(people).toHaveLength(2)
  for (const [id, stage] of [
    ['stripe:ada@example.com', 'customer'],
    ['stripe:test:ada@example.com', 'visitor'],
  ]) {
    const profile = await read(`/v1/people/${encodeURIComponent(id ?? '')}`)
    expect(profile).toMatchObject({ person: { userId: null }, stage })
  }
  for (const mode of ['live', 'test']) {
    const report = await read(`/v1/reports/revenue?from=2026-01-01&to=2026-12-31&mode=${mode}`)
    expect(report).toMatchObject({ revenue: [{ amount: 4_000, refunded: 990, unmatched: 0 }] })
  }
})
