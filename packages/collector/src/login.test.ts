import { describe, expect, onTestFinished, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'

type Headers = { readonly [name: string]: string }

/** Presses the button of a link. */
const press = (link: string, headers: Headers = {}) => fetch(link, { method: 'POST', redirect: 'manual', headers })

const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''

const readWith = ({ url }: RunningCollector, cookie: string) => fetch(`${url}/v1/events`, { headers: { cookie } })

describe('logging in to the live page', () => {
  onBothDatabases(({ start }) => {
    test('a link is used up by its button, and by nothing that only looks at it', async () => {
      const collector = await start()
      const link = await collector.loginUrl()
      for (const method of ['HEAD', 'GET', 'OPTIONS', 'GET']) {
        const looked = await fetch(link, { method, redirect: 'manual', headers: { 'sec-purpose': 'prefetch' } })
        expect(looked.headers.get('set-cookie')).toBeNull()
      }
      const page = await fetch(link)
      expect(page.status).toBe(200)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(await page.text()).toContain('<form method="post"><button')
      const opened = await press(link)
      expect(opened.status).toBe(303)
      expect(opened.headers.get('location')).toBe('/')
      const cookie = cookieOf(opened)
      expect((await readWith(collector, cookie)).status).toBe(200)
      expect((await readWith(collector, `${cookie}x`)).status).toBe(401)
      expect((await readWith(collector, '')).status).toBe(401)
      const again = await press(link)
      expect(again.status).toBe(401)
      expect(await again.text()).toContain('used already')
    })

    test('of many who press at once, one comes in', async () => {
      const collector = await start({ trustedProxies: 1 })
      const link = await collector.loginUrl()
      const presses = Array.from({ length: 10 }, (_, n) => press(link, { 'x-forwarded-for': `192.0.2.${n}` }))
      const statuses = (await Promise.all(presses)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    })

    test('links and sessions outlive the process', async () => {
      const first = await start()
      const [used, kept] = [await first.loginUrl(), await first.loginUrl('other')]
      const cookie = cookieOf(await press(used))
      await first.close()
      const second = await start()
      expect((await readWith(second, cookie)).status).toBe(200)
      expect((await press(used.replace(first.url, second.url))).status).toBe(401)
      const other = cookieOf(await press(kept.replace(first.url, second.url)))
      await second.send(KEYS.other, [trackEvent({ eventId: 'theirs' })])
      expect(await (await readWith(second, other)).json()).toMatchObject({ events: [{ event: { eventId: 'theirs' } }] })
    })

    test('signing out ends the session, also for whoever copied its cookie, and its streams', async () => {
      let ms = Date.now()
      const collector = await start({ now: () => ms })
      const cookie = cookieOf(await press(await collector.loginUrl()))
      const stream = await fetch(`${collector.url}/v1/live`, { headers: { cookie } })
      expect(stream.status).toBe(200)
      const ended = stream.text()
      const out = await fetch(`${collector.url}/logout`, { method: 'POST', redirect: 'manual', headers: { cookie } })
      expect(out.status).toBe(303)
      expect(out.headers.get('set-cookie')).toMatch(/^threadline_page=; .*Max-Age=0/)
      expect((await readWith(collector, cookie)).status).toBe(401)
      const moving = setInterval(() => {
        ms += 1_000
      }, 50)
      onTestFinished(() => clearInterval(moving))
      expect(await ended).toContain('event: ready')
    })

    test('a server’s key makes links for its project, and lists and ends the sessions', async () => {
      let ms = Date.now()
      const collector = await start({ now: () => ms })
      const { url, post, read } = collector
      expect((await post('/v1/login-links', {}, { key: KEYS.reader })).status).toBe(403)
      const made = await (await post('/v1/login-links', {}, { key: KEYS.other })).json()
      expect(made).toEqual({ path: expect.stringMatching(/^\/login\?token=/), expiresAt: expect.any(String) })
      const cookie = cookieOf(await press(`${url}${made.path}`))
      const { sessions } = await read('/v1/page-sessions', KEYS.other)
      expect(sessions).toEqual([
        { id: expect.any(String), createdAt: new Date(ms).toISOString(), expiresAt: expect.any(String) },
      ])
      expect(await read('/v1/page-sessions', KEYS.server)).toEqual({ sessions: [] })
      const id = sessions[0]?.id
      expect((await post(`/v1/page-sessions/${id}/end`, {})).status).toBe(404)
      expect((await readWith(collector, cookie)).status).toBe(200)
      expect((await post(`/v1/page-sessions/${id}/end`, {}, { key: KEYS.other })).status).toBe(200)
      // What is remembered of a session is seconds old at most.
      ms += 5_000
      expect((await readWith(collector, cookie)).status).toBe(401)
    })

    test('a page of another site presses no button', async () => {
      const collector = await start()
      const link = await collector.loginUrl()
      expect((await press(link, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      const opened = await press(link, { 'sec-fetch-site': 'same-origin' })
      expect(opened.status).toBe(303)
      const out = (site: string) =>
        fetch(`${collector.url}/logout`, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: cookieOf(opened), 'sec-fetch-site': site },
        })
      expect((await out('cross-site')).status).toBe(403)
      expect((await readWith(collector, cookieOf(opened))).status).toBe(200)
    })

    test('nor does one whose browser tells its origin alone', async () => {
      const { url, loginUrl } = await start()
      const link = await loginUrl()
      const { port } = new URL(url)
      for (const origin of ['https://evil.example', 'null', `http://evil.example:${port}`, 'http://127.0.0.1:1', 'x']) {
        expect([origin, (await press(link, { origin })).status]).toEqual([origin, 403])
      }
      expect(
        (await fetch(`${url}/logout`, { method: 'POST', headers: { origin: 'https://evil.example' } })).status,
      ).toBe(403)
      // Our own page, reached through a proxy that tells us another host than the browser.
      const proxied = { origin: 'https://events.example.com', 'x-forwarded-host': 'events.example.com' }
      expect((await press(link, proxied)).status).toBe(303)
      expect((await press(await loginUrl(), { origin: url })).status).toBe(303)
      // It says its origin of its own forms only when its policy lets it.
      expect((await fetch(link)).headers.get('referrer-policy')).toBe('same-origin')
    })

    test('the cookie is Secure behind a proxy that says https, when proxies are trusted', async () => {
      const attributes = async (trustedProxies: number, headers: Headers) => {
        const collector = await start({ trustedProxies })
        const opened = await press(await collector.loginUrl(), headers)
        await collector.close()
        return opened.headers.get('set-cookie')
      }
      const https = { 'x-forwarded-proto': 'https' }
      expect(await attributes(1, https)).toContain('; Secure')
      expect(await attributes(2, { 'x-forwarded-proto': 'https, http' })).toContain('; Secure')
      expect(await attributes(1, { 'x-forwarded-proto': 'https, http' })).not.toContain('Secure')
      expect(await attributes(1, {})).not.toContain('Secure')
      expect(await attributes(0, https)).not.toContain('Secure')
    })

    test('nothing that the API answers may be kept or taken for another type', async () => {
      const { url, send } = await start()
      await send(KEYS.server, [trackEvent()])
      const paths = [
        '/v1/events',
        '/v1/people/visitor-0001/export',
        '/v1/openapi.json',
        '/metrics',
        '/healthz',
        '/nothing',
      ]
      for (const key of [KEYS.server, KEYS.browser, 'sk_unknown_key']) {
        for (const path of [...paths, '/v1/people?limit=0']) {
          const { headers } = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
          expect([path, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
            path,
            'no-store',
            'nosniff',
          ])
        }
      }
      const batch = await fetch(`${url}/v1/batch`, { method: 'POST', body: '{' })
      expect([batch.status, batch.headers.get('cache-control')]).toEqual([400, 'no-store'])
      const page = await fetch(`${url}/`)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    })
  })
})
