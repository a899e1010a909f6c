import type { EventCatalogue } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { beginVisit, type Visit, type VisitOptions } from './visit.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'

const page = (headers: { readonly [name: string]: string } = {}) =>
  new Request('https://shop.example/', { headers: { accept: 'text/html', ...headers } })

const cookie = { cookie: `tl_id=${VISITOR}` }

function begin(request: Request, options: Partial<VisitOptions<EventCatalogue, Request>> = {}) {
  const backend = harness()
  return { ...backend, visit: beginVisit({ client: backend.client, ...options }, { request, source: request }) }
}

/** What a response that has these headers gets. */
const headersFor = (visit: Visit<EventCatalogue>, has: { readonly [name: string]: string } = {}) =>
  visit.responseHeaders((name) => has[name])

describe('the id', () => {
  test('is made for a page that is asked for without one, and is the one that is captured', async () => {
    const { visit, client, stored } = begin(page())
    expect(visit.anonymousId).toMatch(/^[0-9a-f-]{36}$/)
    visit.track.capture({ event: 'content_viewed', properties: { content_id: 'a' } })
    await client.flush()
    expect([...stored.values()]).toMatchObject([{ anonymousId: visit.anonymousId, url: 'https://shop.example/' }])
    expect(headersFor(visit)['set-cookie']).toContain(visit.anonymousId)
  })

  test.each([
    ['an API request', new Request('https://shop.example/api', { headers: { accept: 'application/json' } }), {}],
    [
      'a form that is posted',
      new Request('https://shop.example/', { method: 'POST', headers: { accept: 'text/html' } }),
      {},
    ],
    ['a frame or an image', page({ 'sec-fetch-dest': 'image' }), {}],
    ['a visitor with Global Privacy Control', page({ 'sec-gpc': '1' }), {}],
    ['consent that is pending', page(), { consent: () => ({}) }],
    ['a site that leaves the cookie to the browser', page(), { cookie: false as const }],
  ])('is not made for %s', (_, request, options) => {
    const { visit } = begin(request, options)
    expect(visit.anonymousId).toBeUndefined()
    expect(headersFor(visit)).toEqual({})
  })

  test('is made where the app knows of a consent that goes over the signal', () => {
    const { visit } = begin(page({ 'sec-gpc': '1' }), { consent: () => ({ analytics: true }) })
    expect(visit.anonymousId).toEqual(expect.any(String))
  })
})

describe('what caches may keep', () => {
  test.each(['public, max-age=60', 's-maxage=60', 'max-age=0, s-maxage=1', 'PUBLIC'])('%s: no id', (cacheControl) => {
    expect(headersFor(begin(page()).visit, { 'cache-control': cacheControl })).toEqual({})
    expect(headersFor(begin(page(cookie)).visit, { 'cache-control': cacheControl })).toEqual({})
  })

  test.each(['cdn-cache-control', 'surrogate-control'])('%s: no id', (name) => {
    expect(headersFor(begin(page()).visit, { [name]: 'max-age=60' })).toEqual({})
  })

  test.each([
    [undefined, 'private'],
    ['no-cache', 'no-cache, private'],
    ['max-age=60', 'max-age=60, private'],
    ['private, max-age=60', 'private, max-age=60'],
    ['no-store', 'no-store'],
  ])('with an id, %s becomes %s', (before, after) => {
    const headers = headersFor(begin(page()).visit, before === undefined ? {} : { 'cache-control': before })
    expect(headers).toEqual({ 'set-cookie': expect.stringContaining('tl_id='), 'cache-control': after })
  })
})

describe('the cookie', () => {
  test('follows https, and the options', () => {
    const options = { cookie: { domain: 'shop.example', name: 'vid' } }
    const { visit } = begin(page({ cookie: `vid=${VISITOR}` }), options)
    expect(headersFor(visit)['set-cookie']).toBe(
      `vid=${VISITOR}; Path=/; Max-Age=34128000; SameSite=Lax; Domain=shop.example; Secure`,
    )
  })

  test('goes away with an opt-out', () => {
    const { visit } = begin(page({ cookie: `tl_id=${VISITOR}; tl_opted_out=opted_out` }))
    expect(headersFor(visit)['set-cookie']).toContain('tl_id=; Path=/; Max-Age=0')
  })
})

test('track asks for the user once, when it is first used: sign-in middleware may come after the kit', async () => {
  let asked = 0
  let user: string | undefined
  const userId = () => {
    asked += 1
    return user
  }
  const { visit, client, stored } = begin(page(cookie), { userId })
  user = 'user_42'
  visit.track.capture({ event: 'feature_used', properties: { feature: 'a' } })
  visit.track.capture({ event: 'feature_used', properties: { feature: 'b' } })
  await client.flush()
  expect([...stored.values()].map((event) => event.userId)).toEqual(['user_42', 'user_42'])
  expect(asked).toBe(1)
})

test('a visitor who refuses makes no strict client throw', async () => {
  const { client, stored, drops } = harness({ strict: true })
  const request = page({ ...cookie, 'sec-gpc': '1' })
  beginVisit({ client }, { request, source: request }).track.capture({ event: 'feature_used', properties: {} })
  await client.flush()
  expect(stored.size).toBe(0)
  expect(drops).toMatchObject([{ reason: 'consent_denied' }])
})
