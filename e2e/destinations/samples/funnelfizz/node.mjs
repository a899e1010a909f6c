// One event by Node's own fetch. HOST, VISITOR and the credential come from the environment.
const event = {
  siteId: 'site_456',
  events: [
    {
      type: 'trial_start',
      visitorId: process.env.VISITOR,
      email: 'sam@example.com',
      path: '/api/signup',
      props: { plan: 'pro' },
    },
  ],
}

const response = await fetch(`${process.env.HOST}/api/tracking/server-events?workspaceId=ws_123`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    cookie: process.env.SESSION_COOKIE,
  },
  body: JSON.stringify(event),
  signal: AbortSignal.timeout(10_000),
})
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
console.log(response.status)
