import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { honoKit } from './hono.ts'

const asPage = { accept: 'text/html' }

describe('honoKit', () => {
  test('on Node: a scope with the address of the socket, and one cookie beside those of the app', async () => {
    const { client, stored } = harness()
    const app = new Hono()
      .use(honoKit({ client, remoteAddress: (c) => getConnInfo(c).remote.address }))
      .get('/', (c) => {
        c.header('set-cookie', 'app=mine')
        c.var.track.capture({ event: 'feature_used', properties: { feature: 'a' } })
        return c.text('a page')
      })
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    onTestFinished(async () => {
      server.close()
      await once(server, 'close')
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { ...asPage, connection: 'close' } })
    expect(answer.headers.getSetCookie()).toEqual(['app=mine', expect.stringMatching(/^tl_id=/)])
    expect(await answer.text()).toBe('a page')
    await client.flush()
    expect([...stored.values()]).toMatchObject([{ context: { ip: '127.0.0.1' } }])
  })

  test('on Workers: delivery after the response, by the execution context', async () => {
    const { client, clock, stored } = harness()
    const work: Promise<unknown>[] = []
    const context = {
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
      passThroughOnException: () => undefined,
      props: {},
    }
    const app = new Hono().use(honoKit({ client })).get('/', (c) => {
      c.var.track.capture({ event: 'feature_used', properties: { feature: 'a' } })
      return c.redirect('/next')
    })
    const answer = await app.request('/', { headers: asPage }, {}, context)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('set-cookie')).toMatch(/^tl_id=/)
    expect(stored.size).toBe(0)
    await clock.advance(100)
    await Promise.all(work)
    expect(stored.size).toBe(1)
  })

  test("the app's own error handling goes on as without it", async () => {
    const app = new Hono().use(honoKit({ client: harness().client })).get('/', () => {
      throw new Error('mine')
    })
    app.onError((error, c) => c.text(error.message, 500))
    const answer = await app.request('/', { headers: asPage })
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe('mine')
  })
})
