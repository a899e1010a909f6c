import { randomUUID } from 'node:crypto'
import { Umami } from '@umami/node'
import { expect, test } from 'vitest'
import { PAGE_KEY, startRelayedCollector } from './collector.ts'
import { complaints } from './complaints.ts'
import { describeOnSite } from './site.ts'

// Umami's script for pages is not on npm. What it sends stands in the collector's vectors; here it is sent from a page, by the
// script's own means.

const WEBSITE = '94db1cb1-74f4-4a40-ad6c-962362670409'

const start = () => startRelayedCollector({ dialects: { umami: [{ websiteId: WEBSITE }] } })

test('@umami/node: what it reports of a user is on one timeline', async () => {
  const heard = complaints()
  const collector = await start()
  const umami = new Umami({ websiteId: WEBSITE, hostUrl: collector.relay.url, userAgent: 'Mozilla/5.0 shop' })
  const id = `user-${randomUUID()}`
  const who = { hostname: 'shop.example', id }
  await umami.track({ ...who, url: '/' })
  await umami.track({ ...who, url: '/pricing', title: 'Pricing' })
  await umami.track({ ...who, url: '/signup', name: 'signup_completed', data: { method: 'email' } })
  await collector.kill()
  await collector.start()
  const data = { revenue: 49.9, currency: 'EUR', order_id: 'order-1', payment_type: 'one_time' }
  const answer = await umami.track({ ...who, url: '/thanks', name: 'purchase', data })
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({ sessionId: expect.any(String) }),
  ])
  const { person, events } = await collector.told(id)
  expect(person?.userId).toBe(id)
  expect(events.map(({ event }) => event)).toEqual(['$pageview', '$pageview', 'signup_completed', 'purchase'])
  expect(events.at(1)).toMatchObject({ url: 'https://shop.example/pricing', path: '/pricing', title: 'Pricing' })
  expect(events.at(-1)).toMatchObject({ value: 4_990, currency: 'EUR', properties: { order_id: 'order-1' } })
  expect(heard).toEqual([])
})

const SCRIPTS = { '/ours.js': { code: `export * from '@threadline/browser'`, as: 'threadline' } }

describeOnSite('What Umami’s script sends', { scripts: SCRIPTS, page: `<script src="/ours.js"></script>` }, (site) => {
  test('is the visitor’s of our SDK on the site’s own domain', async () => {
    const collector = await start()
    site.forwardTo(collector.relay)
    const { page, heard, context } = await site.visitor()
    const userId = `user-${randomUUID()}`
    await page.goto(`${site.origin}/pricing`)
    await page.evaluate(`threadline.init({ key: '${PAGE_KEY}', host: '/t', flushIntervalMs: 100 })`)
    const visitor = await page.evaluate<string>('threadline.getAnonymousId()')
    // The cookie of a first visit is written a moment after it began.
    await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).toContain('tl_id')
    const send = (type: string, more: object) =>
      page.evaluate(`fetch('/t/api/send', {
        keepalive: true,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ type: '${type}', payload: {
          website: '${WEBSITE}', screen: '1280x720', language: 'en-US', title: document.title,
          hostname: location.hostname, url: location.href, referrer: '', ...${JSON.stringify(more)} } }),
      }).then((answer) => answer.json())`)
    expect(await send('event', {})).toEqual({ sessionId: visitor, visitId: visitor })
    await send('identify', { id: userId, data: { plan: 'pro' } })
    await send('event', { id: userId, name: 'plan_chosen', data: { plan: 'pro' } })
    const names = async () => (await collector.told(userId)).events.map(({ event }) => event).sort()
    await expect.poll(names, { timeout: 60_000 }).toEqual(['$identify', '$pageview', '$pageview', 'plan_chosen'])
    expect((await collector.told(userId)).person).toEqual({ userId, anonymousIds: [visitor] })
    expect(heard).toEqual([])
  })
})
