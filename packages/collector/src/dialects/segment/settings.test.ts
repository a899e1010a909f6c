import { describe, expect, test } from 'vitest'
import { KEYS, type PostInit } from '../../../test/collector-setup.ts'
import { type DialectCollector, dialectCollector } from '../../../test/dialect-setup.ts'
import { basic } from '../../../test/segment-setup.ts'

describe('what browser clients ask before they send', () => {
  const ask = ({ collector }: DialectCollector, path: string, headers: PostInit['headers'] = {}) =>
    collector.fetch(
      new Request(`http://collector.test:8080${path}`, { headers: { origin: 'https://shop.example', ...headers } }),
    )

  test('analytics.js: nothing to load, and the address that it asked at', async () => {
    const test = await dialectCollector()
    const response = await ask(test, `/v1/projects/${KEYS.limited}/settings`)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({
      integrations: {
        'Segment.io': { apiKey: KEYS.limited, apiHost: 'collector.test:8080/v1', protocol: 'https' },
      },
      metrics: { sampleRate: 0 },
      remotePlugins: [],
    })
  })

  test('RudderStack: a source without destinations', async () => {
    const test = await dialectCollector()
    for (const path of [`/sourceConfig?writeKey=${KEYS.browser}`, `/sourceConfig/?writeKey=${KEYS.browser}`]) {
      const response = await ask(test, path)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({
        source: { id: expect.any(String), enabled: true, config: {}, destinations: [] },
      })
    }
    expect((await ask(test, '/sourceConfig/', basic(KEYS.browser).headers)).status).toBe(200)
  })

  test('a key that pages may not use gets neither', async () => {
    const test = await dialectCollector()
    for (const [key, status] of [
      ['pk_test_unknown', 401],
      [KEYS.server, 403],
      [KEYS.reader, 403],
      ['%E0%A4%A', 401],
    ] as const) {
      expect((await ask(test, `/v1/projects/${key}/settings`)).status, key).toBe(status)
      expect((await ask(test, `/sourceConfig/?writeKey=${key}`)).status, key).toBe(status)
    }
    expect((await ask(test, '/sourceConfig/')).status).toBe(401)
  })

  test('may send the headers that they have of their own', async () => {
    const { collector } = await dialectCollector()
    const asked = 'anonymousid,authorization,content-type,x-retry-count'
    for (const path of ['/v1/t', '/v1/batch', '/v1/track', '/sourceConfig/']) {
      const response = await collector.fetch(
        new Request(`http://collector.test${path}`, {
          method: 'OPTIONS',
          headers: { origin: 'https://shop.example', 'access-control-request-headers': asked },
        }),
      )
      expect([response.status, response.headers.get('access-control-allow-headers')], path).toEqual([204, asked])
    }
  })
})
