import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { expressKit, nodeHandler } from './express.ts'

/** Listens on a free port until the test ends. */
async function listen(app: Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const asPage = { headers: { accept: 'text/html' } }

describe('expressKit', () => {
  test.each([
    ['an object', (): object => ({ 'Cache-Control': 'public, max-age=60' })],
    ['a flat list', (): object => ['Cache-Control', 'public, max-age=60']],
  ])('sees a cache header that is given to writeHead as %s', async (_, headers) => {
    const app = express()
    app.use(expressKit({ client: harness().client }).middleware)
    app.get('/', (_request, response) => {
      Reflect.apply(response.writeHead, response, [200, headers()])
      response.end('shared')
    })
    const answer = await fetch(await listen(app), asPage)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('adds its cookie to those of the app', async () => {
    const app = express()
    app.use(expressKit({ client: harness().client }).middleware)
    app.get('/', (_request, response) => {
      response.cookie('app', 'mine').send('a page')
    })
    const answer = await fetch(await listen(app), asPage)
    expect(answer.headers.getSetCookie()).toEqual(['app=mine; Path=/', expect.stringMatching(/^tl_id=/)])
  })

  test('track is one scope for a request, in a router too', async () => {
    const { client } = harness()
    const { middleware, track } = expressKit({ client })
    const app = express()
    const router = express.Router()
    const scopes: unknown[] = []
    app.use(middleware)
    app.use((request, _response, next) => {
      scopes.push(track(request))
      next()
    })
    router.get('/deep', (request, response) => {
      scopes.push(track(request))
      response.end()
    })
    app.use('/sub', router)
    await fetch(`${await listen(app)}/sub/deep`)
    expect(scopes[0]).toBe(scopes[1])
  })
})

describe('nodeHandler', () => {
  const echo = nodeHandler(async (request) => {
    const headers = [...request.headers].filter(([name]) => name.startsWith('x-'))
    return Response.json({ body: await request.text(), path: new URL(request.url).pathname, headers }, { status: 201 })
  }, 100)

  const post = (origin: string, body: string, path = '/hook') =>
    fetch(`${origin}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-a': '1' } })

  test('hands over the body byte for byte, before any parser or behind express.raw', async () => {
    const app = express()
    app.post('/hook', echo)
    app.use(express.raw({ type: () => true }))
    app.post('/raw', echo)
    const origin = await listen(app)
    const body = '{"a":  1, "ü": "\\u00fc"}'
    for (const path of ['/hook', '/raw']) {
      const answer = await post(origin, body, path)
      expect(answer.status).toBe(201)
      expect(await answer.json()).toEqual({ body, path, headers: [['x-a', '1']] })
    }
  })

  test('says what is wrong when a parser has taken the body', async () => {
    const app = express()
    app.use(express.json())
    app.post('/hook', echo)
    const errors: unknown[] = []
    app.use(((error, _request, response, _next) => {
      errors.push(error)
      response.status(500).end()
    }) as express.ErrorRequestHandler)
    expect((await post(await listen(app), '{}')).status).toBe(500)
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('express.raw') })])
  })

  test('answers 413 to a body over the limit', async () => {
    const app = express()
    app.post('/hook', echo)
    expect((await post(await listen(app), 'x'.repeat(101))).status).toBe(413)
  })
})
