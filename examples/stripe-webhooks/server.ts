import type { AddressInfo } from 'node:net'
import { captureCheckoutStarted, createServerClient } from '@threadline/server'
import { expressKit, nodeHandler } from '@threadline/server/express'
import { checkoutIdentity, stripeMetadata, stripeWebhook } from '@threadline/server/stripe'
import { createWebhook, verifyHmac } from '@threadline/server/webhooks'
import express from 'express'
import Stripe from 'stripe'

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_KEY = '' } = process.env
const { STRIPE_KEY = '', STRIPE_WEBHOOK_SECRET = '', SHOP_WEBHOOK_SECRET = '', STRIPE_API = '' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const { middleware, track } = expressKit({ client, userId: (request) => request.headers['x-demo-user']?.toString() })
const stripe = new Stripe(STRIPE_KEY, stripeApi(STRIPE_API))

const app = express()
app.use(middleware)

// Webhooks need their bodies as they were signed: before anything that parses bodies.
app.post(
  '/webhooks/stripe',
  nodeHandler(
    stripeWebhook({
      client,
      stripe,
      secret: STRIPE_WEBHOOK_SECRET,
      plans: { price_pro_month: 'pro' },
    }),
  ),
)

app.post(
  '/webhooks/shop',
  nodeHandler(
    createWebhook<ShopOrder>({
      client,
      async verify({ body, headers }) {
        const signature = headers.get('x-signature')
        const isSigned = await verifyHmac({ secret: SHOP_WEBHOOK_SECRET, payload: body, signature })
        return isSigned ? JSON.parse(body) : undefined
      },
      captures: ({ id, customer, cents, currency }) => [
        {
          event: 'purchase',
          eventId: `shop:${id}`,
          userId: customer,
          value: cents,
          currency,
          properties: { order_id: id },
        },
      ],
    }),
  ),
)

app.use(express.json())

app.post('/checkout', async (request, response) => {
  const visitor = track(request)
  const session = await stripe.checkout.sessions.create(
    checkoutIdentity(
      visitor,
      {
        mode: 'subscription',
        line_items: [{ price: 'price_pro_month', quantity: 1 }],
        success_url: 'https://shop.example/thanks',
        subscription_data: { trial_period_days: 14 },
      },
      { plan: 'pro', billingInterval: 'month' },
    ),
  )
  captureCheckoutStarted(visitor, {
    properties: { checkout_id: session.id, plan: 'pro', payment_type: 'subscription', billing_interval: 'month' },
  })
  response.json({ url: session.url })
})

app.post('/pay', async (request, response) => {
  const visitor = track(request)
  const intent = await stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'usd',
    metadata: stripeMetadata(visitor, { plan: 'pro' }),
  })
  response.json({ clientSecret: intent.client_secret })
})

interface ShopOrder {
  readonly id: string
  readonly customer: string
  readonly cents: number
  readonly currency: string
}

/** Stripe itself, unless `STRIPE_API` names a stand-in on this machine. */
function stripeApi(address: string): Stripe.StripeConfig {
  if (address === '') return {}
  const { hostname, port } = new URL(address)
  return { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 }
}

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://localhost:${(server.address() as AddressInfo).port}`)
})

process.once('SIGTERM', () => {
  server.close(async () => {
    await client.shutdown()
  })
})
