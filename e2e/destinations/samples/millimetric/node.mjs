// One event by Node's own fetch. HOST, VISITOR and the credential come from the environment.
const event = {
  event: 'completed_checkout',
  event_id: `evt_${process.env.VISITOR}`,
  anonymous_id: process.env.VISITOR,
  properties: { plan: 'pro', amount_cents: 4990, currency: 'eur' },
}

const response = await fetch(`${process.env.HOST}/v1/track`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${process.env.MILLIMETRIC_KEY}`,
  },
  body: JSON.stringify(event),
  signal: AbortSignal.timeout(10_000),
})
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
console.log(response.status)
