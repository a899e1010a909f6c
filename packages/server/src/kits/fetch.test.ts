import { describe, expect, test } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import { fetchKit } from './fetch.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'

const request = () => new Request('https://shop.example/api', { headers: { cookie: `tl_id=${VISITOR}` } })

describe('fetchKit', () => {
  test('with waitUntil the response goes out first, and the work ends when the event is delivered', async () => {
    const { client, clock, stored } = harness()
    const work: Promise<unknown>[] = []
    const context = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    const handler = fetchKit({ client }).wrap((_request, track, _context: typeof context) => {
      track.capture({ event: 'feature_used', properties: { feature: 'a' } })
      return new Response('done')
    })
    expect(await (await handler(request(), context)).text()).toBe('done')
    expect(stored.size).toBe(0)
    expect(work).toHaveLength(1)

    await clock.advance(100)
    await Promise.all(work)
    expect([...stored.values()]).toMatchObject([{ anonymousId: VISITOR }])
  })

  test('hands on a response to which nothing can be added', async () => {
    const refused = Response.error()
    const handler = fetchKit({ client: harness().client }).wrap(() => refused)
    const page = new Request('https://shop.example/', { headers: { accept: 'text/html' } })
    expect(await handler(page)).toBe(refused)
  })

  test('calls waitUntil on its own object, which Workers insist on', async () => {
    class Context {
      readonly #work: Promise<unknown>[] = []
      waitUntil(work: Promise<unknown>): void {
        this.#work.push(work)
      }
    }
    const { client } = harness()
    const handler = fetchKit({ client }).wrap((_request, track, _env: object, _context: Context) => {
      track.capture({ event: 'feature_used', properties: { feature: 'a' } })
      return new Response('done')
    })
    expect((await handler(request(), {}, new Context())).status).toBe(200)
  })

  test('without waitUntil and with awaitFlushMs, the response waits until the event is delivered', async () => {
    const { client, stored } = harness()
    const handler = fetchKit({ client, awaitFlushMs: 2_000 }).wrap((_request, track) => {
      track.capture({ event: 'feature_used', properties: { feature: 'a' } })
      return new Response('done')
    })
    await handler(request())
    expect(stored.size).toBe(1)
  })

  test('it waits no longer than awaitFlushMs, and what was not delivered stays queued', async () => {
    const backend = harness()
    const works = backend.answer
    backend.answer = () => Promise.resolve(response(503))
    const handler = fetchKit({ client: backend.client, awaitFlushMs: 2_000 }).wrap((_request, track) => {
      track.capture({ event: 'feature_used', properties: { feature: 'a' } })
      return new Response('done')
    })
    let answered = false
    const answer = handler(request()).then((answer) => {
      answered = true
      return answer
    })
    await backend.clock.advance(1_999)
    expect(answered).toBe(false)
    await backend.clock.advance(1)
    expect((await answer).status).toBe(200)

    backend.answer = works
    await backend.client.flush()
    expect(backend.stored.size).toBe(1)
  })

  test('a handler that throws rejects as it would without the kit', async () => {
    const { client } = harness()
    const handler = fetchKit({ client }).wrap(() => {
      throw new Error('mine')
    })
    await expect(handler(request())).rejects.toThrow('mine')
  })

  test('a response that cannot be changed, such as a redirect, gets its cookie too', async () => {
    const { client } = harness()
    const handler = fetchKit({ client }).wrap(() => Response.redirect('https://shop.example/next'))
    const answer = await handler(new Request('https://shop.example/', { headers: { accept: 'text/html' } }))
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe('https://shop.example/next')
    expect(answer.headers.get('set-cookie')).toMatch(/^tl_id=/)
  })

  test('options that cannot work are refused at the start', () => {
    const { client } = harness()
    expect(() => fetchKit({ client, proxy: { path: 't', host: 'https://events.example' } })).toThrow(TypeError)
    expect(() => fetchKit({ client, proxy: { path: '/t', host: 'events.example' } })).toThrow(TypeError)
  })
})
