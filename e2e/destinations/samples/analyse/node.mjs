// One event by Node's own fetch. HOST, VISITOR and the credential come from the environment.
const event = {
  publicKey: process.env.ANALYSE_PUBLIC_KEY,
  events: [
    {
      event_name: 'checkout_finished',
      anonymous_id: process.env.VISITOR,
      properties: { payment_type: 'one_time', plan: 'pro', amount: 4990, currency: 'EUR' },
    },
  ],
}

const response = await fetch(`${process.env.HOST}/v1/batch`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
  },
  body: JSON.stringify(event),
  signal: AbortSignal.timeout(10_000),
})
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
console.log(response.status)
