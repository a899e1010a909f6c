import { captureSignedUp } from '@threadline/server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { PLAN_IDS } from '../plans.ts'
import type { ShopOptions } from './app.ts'
import { paymentWebhook } from './payment.ts'
import { createSessions } from './session.ts'

const signUpForm = z.object({ email: z.email().max(200), plan: z.enum(PLAN_IDS) })
const checkoutForm = z.object({ plan: z.enum(PLAN_IDS) })
const payForm = z.object({ checkoutId: z.string().max(200) })

/** What the pages ask of the shop. Every answer is JSON; an error is `{ error: { message } }`, fit to be shown. */
export function createApi({ accounts, client, webhookSecret, origin }: ShopOptions): Hono {
  const sessions = createSessions(accounts.sessionSecret)
  const refuse = (c: Context, status: 400 | 401 | 404 | 502, message: string) => c.json({ error: { message } }, status)

  async function signedInUser(c: Context) {
    const userId = await sessions.userId(c)
    return userId === undefined ? undefined : accounts.user(userId)
  }

  const api = new Hono()

  api.get('/session', async (c) => c.json({ userId: (await signedInUser(c))?.id ?? null }))

  api.post('/signup', async (c) => {
    const form = signUpForm.safeParse(await c.req.parseBody())
    if (!form.success) return refuse(c, 400, 'Please enter a valid email address.')
    const { user, isNew } = accounts.signUp(form.data.email)
    await sessions.start(c, user.id)
    if (isNew) {
      // The scope reads the visitor's id from the request: this is where the anonymous past meets the user.
      captureSignedUp(client.scope(c.req.raw), {
        userId: user.id,
        eventId: `signup:${user.id}`,
        properties: { method: 'email', plan: form.data.plan },
      })
    }
    return c.json({ userId: user.id })
  })

  api.post('/signout', (c) => {
    sessions.end(c)
    return c.json({})
  })

  api.post('/checkout', async (c) => {
    const form = checkoutForm.safeParse(await c.req.parseBody())
    if (!form.success) return refuse(c, 400, 'There is no such plan.')
    const user = await signedInUser(c)
    if (!user) return refuse(c, 401, 'Please sign up first.')
    const visitorId = client.scope(c.req.raw).anonymousId ?? null
    const { id, paid } = accounts.openCheckout(user.id, form.data.plan, visitorId)
    return c.json({ checkoutId: id, paid })
  })

  api.post('/pay', async (c) => {
    const form = payForm.safeParse(await c.req.parseBody())
    const user = await signedInUser(c)
    const checkout = form.success ? accounts.checkout(form.data.checkoutId) : undefined
    if (!user || checkout?.userId !== user.id) return refuse(c, 404, 'There is no such checkout.')
    const { body, signature } = paymentWebhook(checkout, webhookSecret)
    const answer = await fetch(new URL('/webhooks/stripe', origin()), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body,
    })
    await answer.body?.cancel()
    if (!answer.ok) return refuse(c, 502, 'Your payment is not confirmed yet. Press again: you pay only once.')
    return c.json({ paid: true })
  })

  return api
}
