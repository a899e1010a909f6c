// One event by Node's own fetch. HOST, VISITOR and the credential come from the environment.
const event = {
  site: 'example.com',
  event_type: 'purchase',
  event_id: `order_${process.env.VISITOR}`,
  vid: process.env.VISITOR,
  value: 49.9,
  currency: 'EUR',
  props: { plan: 'pro' },
  consent: true,
}

const response = await fetch(`${process.env.HOST}/api/events/server`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${process.env.SERVOKI_KEY}`,
  },
  body: JSON.stringify(event),
  signal: AbortSignal.timeout(10_000),
})
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
console.log(response.status)
