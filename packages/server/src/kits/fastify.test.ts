import fastify, { type FastifyInstance } from 'fastify'
import rawBody from 'fastify-raw-body'
import { describe, expect, onTestFinished, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { fastifyHandler, fastifyKit } from './fastify.ts'

async function listen(app: FastifyInstance): Promise<string> {
  onTestFinished(() => app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

const asPage = { headers: { accept: 'text/html' } }

describe('fastifyKit', () => {
  test('keeps cookies that Express middleware has set on the response of Node', async () => {
    const app = fastify()
    await app.register(fastifyKit({ client: harness().client }).plugin)
    app.get('/', (_request, reply) => {
      reply.raw.setHeader('set-cookie', ['raw=1', 'raw=2'])
      return reply.header('set-cookie', 'own=1').type('text/html').send('a page')
    })
    const answer = await fetch(await listen(app), asPage)
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toHaveLength(4)
    expect(cookies).toEqual(expect.arrayContaining(['raw=1', 'raw=2', 'own=1', expect.stringMatching(/^tl_id=/)]))
  })

  test('sees a cache header that was set on the response of Node', async () => {
    const app = fastify()
    await app.register(fastifyKit({ client: harness().client }).plugin)
    app.get('/', (_request, reply) => {
      reply.raw.setHeader('cache-control', 'public, max-age=60')
      return reply.type('text/html').send('shared')
    })
    const answer = await fetch(await listen(app), asPage)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
  })
})

describe('fastifyHandler', () => {
  const echo = fastifyHandler(async (request) => {
    const { pathname } = new URL(request.url)
    const answer = Response.json({
      body: await request.text(),
      pathname,
      signature: request.headers.get('x-signature'),
    })
    answer.headers.append('set-cookie', 'a=1')
    answer.headers.append('set-cookie', 'b=2')
    return answer
  })

  const body = '{"a":  1, "ü": "\\u00fc"}'
  const post = async (app: FastifyInstance) =>
    await fetch(`${await listen(app)}/hook`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-signature': 'signed' },
    })

  test.each<[string, (app: FastifyInstance) => unknown]>([
    ['the plugin fastify-raw-body', async (app) => await app.register(rawBody, { global: true })],
    [
      'a parser that leaves a buffer',
      (app) =>
        app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) =>
          done(null, bytes),
        ),
    ],
    [
      'a parser that leaves text',
      (app) =>
        app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => done(null, text)),
    ],
  ])('hands over the body as it was sent, kept by %s', async (_, prepare) => {
    const app = fastify()
    await prepare(app)
    app.post('/hook', echo)
    const answer = await post(app)
    expect(await answer.json()).toEqual({ body, pathname: '/hook', signature: 'signed' })
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('says what is wrong when only the parsed body is left', async () => {
    const app = fastify()
    app.post('/hook', echo)
    const answer = await post(app)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('signature cannot be checked') })
  })
})
