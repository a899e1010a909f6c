// One event by Node's own fetch. HOST, VISITOR and the credential come from the environment.
const event = {
  name: 'purchase',
  visitor_id: process.env.VISITOR,
  payload: { plan: 'pro', amount: '49.90', currency: 'EUR' },
  url: 'https://example.com/checkout',
}

const response = await fetch(`${process.env.HOST}/api/v1/websites/42/track`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${process.env.WEB_ANALYZER_KEY}`,
  },
  body: JSON.stringify(event),
  signal: AbortSignal.timeout(10_000),
})
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
console.log(response.status)
