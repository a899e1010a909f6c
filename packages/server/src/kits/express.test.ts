import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import express, { type Express } from 'express'
import express4 from 'express-4'
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

  test.each([
    ['an object', (): object => ({ 'Set-Cookie': ['a=1', 'b=2'], 'Cache-Control': 'max-age=60' })],
    ['a flat list', (): object => ['set-cookie', 'a=1', 'Set-Cookie', 'b=2', 'cache-control', 'max-age=60']],
  ])('adds to the headers that are given to writeHead as %s', async (_, headers) => {
    const app = express()
    app.use(expressKit({ client: harness().client }).middleware)
    app.get('/', (_request, response) => {
      Reflect.apply(response.writeHead, response, [200, 'Fine', headers()])
      response.end('a page')
    })
    const answer = await fetch(await listen(app), asPage)
    expect(answer.statusText).toBe('Fine')
    expect(answer.headers.get('cache-control')).toBe('max-age=60, private')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2', expect.stringMatching(/^tl_id=/)])
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

  test.each<[string, (app: Express, make: typeof express) => void]>([
    ['express.urlencoded alone', (app, make) => app.use(make.urlencoded({ extended: true }))],
    [
      'a verify hook that keeps the bytes',
      (app, make) =>
        app.use(make.json({ verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }) })),
    ],
    [
      'a verify hook that keeps the text',
      (app, make) =>
        app.use(
          make.json({ verify: (request, _response, bytes) => Object.assign(request, { rawBody: String(bytes) }) }),
        ),
    ],
    ['express.text', (app, make) => app.use(make.text({ type: () => true }))],
  ])('finds the body as it was sent, of Express 4 and 5, behind %s', async (_, parse) => {
    for (const make of [express4, express]) {
      const app = make()
      parse(app, make)
      app.post('/hook', echo)
      const body = '{"a":  1, "ü": "\\u00fc"}'
      expect(await (await post(await listen(app), body)).json()).toMatchObject({ body })
    }
  })

  test('finds the body of Firebase, which has read the stream and parsed it', async () => {
    const app = express()
    app.use(async (request, _response, next) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const rawBody = Buffer.concat(chunks)
      Object.assign(request, { rawBody, body: JSON.parse(rawBody.toString()) })
      next()
    })
    app.post('/hook', echo)
    expect(await (await post(await listen(app), '{"a":  1}')).json()).toMatchObject({ body: '{"a":  1}' })
  })

  test('does not call a body compressed that a parser has decompressed', async () => {
    const app = express()
    app.use(express.raw({ type: () => true }))
    app.post(
      '/hook',
      nodeHandler(async (request) => Response.json([request.headers.get('content-encoding'), await request.text()])),
    )
    const answer = await fetch(`${await listen(app)}/hook`, {
      method: 'POST',
      body: new Uint8Array(gzipSync('{"a":  1}')),
      headers: { 'content-encoding': 'gzip' },
    })
    expect(await answer.json()).toEqual([null, '{"a":  1}'])
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
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('verify') })])
  })

  test('answers 413 to a body over the limit', async () => {
    const app = express()
    app.post('/hook', echo)
    app.post('/raw', express.raw({ type: () => true }), echo)
    const origin = await listen(app)
    for (const path of ['/hook', '/raw']) expect((await post(origin, 'x'.repeat(101), path)).status).toBe(413)
  })
})
