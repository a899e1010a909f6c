import type { IncomingMessage } from 'node:http'
import { defineEvents } from '@threadline/schema'
import { Hono } from 'hono'
import { z } from 'zod'
import { createServerClient } from '../node.ts'
import { expressKit } from './express.ts'
import { fetchKit } from './fetch.ts'
import { honoKit } from './hono.ts'

// A kit's `track` is typed by the client's catalogue.

const events = defineEvents({ plan_upgraded: z.object({ plan: z.enum(['pro', 'team']) }) })
const client = createServerClient({ host: 'https://events.example', key: 'sk_test', events })

declare const request: IncomingMessage
const { track } = expressKit({ client })
track(request).capture({ event: 'plan_upgraded', properties: { plan: 'pro' } })
// @ts-expect-error there is no such plan
track(request).capture({ event: 'plan_upgraded', properties: { plan: 'free' } })

export const app = new Hono().use(honoKit({ client })).get('/', (c) => {
  c.var.track.capture({ event: 'plan_upgraded', properties: { plan: 'team' } })
  // @ts-expect-error the plan is missing
  c.var.track.capture({ event: 'plan_upgraded' })
  return c.text('')
})

interface Session extends IncomingMessage {
  readonly session: { readonly userId: string }
}
// The framework's own request, as the app has extended it.
expressKit({ client, userId: (own: Session) => own.session.userId })

export const handler: (request: Request, env: { readonly name: string }) => Promise<Response> = fetchKit({
  client,
}).wrap((_request, scope, env: { readonly name: string }) => {
  // @ts-expect-error the environment has no such binding
  scope.capture({ event: 'plan_upgraded', properties: { plan: env.plan } })
  return new Response(env.name)
})
