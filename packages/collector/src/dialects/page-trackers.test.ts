import { describe, expect, test } from 'vitest'
import { dialectCollector } from '../../test/dialect-setup.ts'

const WEBSITE = '94db1cb1-74f4-4a40-ad6c-962362670409'

const NASTY: readonly unknown[] = [
  null,
  0,
  -1,
  1e300,
  '',
  ' ',
  '\0',
  '\ud800',
  '__proto__',
  [],
  {},
  { toString: 1 },
  [[[]]],
  'x'.repeat(3_000),
]

/** Requests of each tracker with one member made bad, by the member's name. */
const REQUESTS: readonly (readonly [path: string, body: (bad: object) => object, members: readonly string[]])[] = [
  [
    '/api/event',
    (bad) => ({ n: 'signup', u: 'https://shop.example/', d: 'shop.example', ...bad }),
    ['n', 'name', 'u', 'url', 'd', 'domain', 'r', 'p', 'props', 'm', '$', 'revenue', 'i', 'e', 'sd', 'v'],
  ],
  [
    '/api/send',
    (bad) => ({ type: 'event', payload: { website: WEBSITE, url: '/', hostname: 'shop.example', name: 'a', ...bad } }),
    ['website', 'url', 'hostname', 'referrer', 'title', 'language', 'screen', 'tag', 'name', 'data', 'id', 'timestamp'],
  ],
]

describe.each(REQUESTS)('%s', (path, body, members) => {
  test('a member of any kind is no fault of the collector', async () => {
    const { post } = await dialectCollector()
    // Not all at once: more than can be stored is refused by 503.
    for (const member of members) {
      const answers = NASTY.map((value) => post(path, body({ [member]: value }), { key: null }))
      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      expect(
        statuses.filter((status) => status >= 500),
        member,
      ).toEqual([])
    }
  }, 60_000)

  test.each([
    ['nothing', ''],
    ['half of a text', '{"n":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['what is nested too deep', `{"n":"a","props":${'['.repeat(60)}${']'.repeat(60)}}`],
  ])('%s is 400', async (_, text) => {
    const { post, stored } = await dialectCollector()
    expect((await post(path, text, { key: null })).status).toBe(400)
    expect(await stored()).toEqual([])
  })

  test('more than a megabyte is 413', async () => {
    const { post } = await dialectCollector()
    expect((await post(path, 'x'.repeat(1_000_001), { key: null })).status).toBe(413)
  })

  test('pages of any origin may ask', async () => {
    const { collector } = await dialectCollector()
    const request = new Request(`http://collector.test${path}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example' },
    })
    expect((await collector.fetch(request)).headers.get('access-control-allow-origin')).toBe('*')
  })
})

test('a number that stands for several ids is none to Umami', async () => {
  const { post, stored } = await dialectCollector()
  const send = (id: string) =>
    post('/api/send', `{"payload":{"website":"${WEBSITE}","url":"/","id":${id}}}`, { key: null })
  expect((await send('9007199254740991')).status).toBe(200)
  expect((await send('9007199254740993')).status).toBe(400)
  expect(await stored()).toMatchObject([{ userId: '9007199254740991' }])
})

test.each([1_769_851_740, 1_769_851_740_000, '1769851740'])(
  'Umami’s time may be in seconds or not: %j',
  async (timestamp) => {
    const { post, stored } = await dialectCollector()
    await post('/api/send', { payload: { website: WEBSITE, url: '/', timestamp } }, { key: null })
    expect(await stored()).toMatchObject([{ timestamp: '2026-01-31T09:29:00.000Z' }])
  },
)

describe('what has no place is a property under its own name', () => {
  test('of Umami', async () => {
    const { post, stored } = await dialectCollector()
    const payload = { website: WEBSITE, url: '/', hostname: 'shop.example', tag: 'a', device: 'tv', data: { tag: 'b' } }
    for (const type of ['event', 'identify', 'performance']) {
      await post('/api/send', { type, payload: { ...payload, name: 'n', lcp: 12 } }, { key: null })
    }
    const [event, identify, vitals] = await stored()
    expect(event).toMatchObject({ event: 'n', properties: { tag: 'b', tag_: 'a', device: 'tv', lcp: 12 } })
    expect(identify).toMatchObject({ event: '$identify', traits: { tag: 'b' }, properties: { tag: 'a', device: 'tv' } })
    expect(vitals).toMatchObject({ event: 'web_vitals', properties: { tag: 'b', tag_: 'a', lcp: 12 } })
  })

  test('of Plausible', async () => {
    const { post, stored } = await dialectCollector()
    const body = { n: 'a', u: 'https://shop.example/', d: 'shop.example', h: 1, w: 1024, p: { plan: 'pro' }, k: null }
    await post('/api/event', body, { key: null })
    const [event] = await stored()
    expect(event?.properties).toEqual({ plan: 'pro', w: 1024 })
  })
})
