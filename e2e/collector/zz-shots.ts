import { startCollector } from '@threadline/collector'
import { launchChromium } from '../browser/engines.ts'
import { chromium } from 'playwright-core'
const only = process.argv[2]?.split(',')
const collector = await startCollector({ port: 0, dataDir: '/tmp/wt/demo-people/collector', keys: [{ key: 'sk_demo' }, { key: 'pk_demo' }, { key: 'rk_demo' }] })
const read = async (path: string) => (await fetch(collector.url + path, { headers: { authorization: 'Bearer rk_demo' } })).json()
const at = (s: number) => new Date(Date.now() - s * 1000).toISOString()
const post = (events: object[], key = 'sk_demo', more = {}) => fetch(collector.url + '/v1/batch', { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ sentAt: new Date().toISOString(), events, ...more }) })
const people = (await read('/v1/people?limit=100')).people
const user = people.find((p: any) => p.identified && p.stage === 'customer' && p.id !== 'usr_rich') ?? people.find((p: any) => p.identified)
const D = 86400
const page = (s: number, session: string, path: string, more = {}) => ({ eventId: `rich-${session}-${path}`, event: '$pageview', anonymousId: 'a1b2c3d4-laptop-visitor', sessionId: session, timestamp: at(s), url: `https://shop.example${path}`, path, title: path, referrer: '', ...more })
await post([
  page(20 * D, 's-1', '/', { referrer: 'https://news.ycombinator.com/item?id=1', utm: { source: 'hn', medium: 'social' } }),
  page(20 * D - 60, 's-1', '/pricing', { referrer: 'https://shop.example/' }),
  page(20 * D - 90, 's-1', '/blog/a-rather-long-path-that-does-not-fit-on-a-phone/at-all/2026'),
  page(10 * D, 's-2', '/spring', { utm: { source: 'google', medium: 'cpc', campaign: 'spring sale 2026' }, clickIds: { gclid: 'EAIaIQobChMI7u3' } }),
  page(10 * D - 20, 's-2', '/signup', { referrer: 'https://shop.example/spring' }),
  { eventId: 'rich-signup', event: 'signup_completed', anonymousId: 'a1b2c3d4-laptop-visitor', userId: 'usr_rich', sessionId: 's-2', timestamp: at(10 * D - 60), properties: { method: 'email' }, email: 'ada.lovelace@example.com' },
  { eventId: 'rich-identify', event: '$identify', anonymousId: 'a1b2c3d4-laptop-visitor', userId: 'usr_rich', sessionId: 's-2', timestamp: at(10 * D - 61), traits: { name: 'Ada Lovelace', plan: 'pro', seats: 3, newsletter: true }, email: 'ada.lovelace@example.com' },
  { eventId: 'rich-group', event: '$group', anonymousId: 'a1b2c3d4-laptop-visitor', userId: 'usr_rich', sessionId: 's-2', timestamp: at(10 * D - 70), properties: { groupId: 'team_analytical', traits: { name: 'Analytical Engines Ltd', plan: 'team' } } },
  { eventId: 'rich-group2', event: '$group', anonymousId: 'phone-9f8e7d6c', userId: 'usr_babbage', timestamp: at(9 * D), properties: { groupId: 'team_analytical', traits: { seats: 12 } } },
  { eventId: 'rich-old', event: '$pageview', anonymousId: 'mp_legacy_771', timestamp: at(29 * D), path: '/old', url: 'https://shop.example/old' },
  { eventId: 'rich-alias', event: '$alias', anonymousId: 'a1b2c3d4-laptop-visitor', userId: 'usr_rich', sessionId: 's-2', timestamp: at(10 * D - 80), properties: { previousId: 'mp_legacy_771' } },
  { eventId: 'rich-checkout', event: 'checkout_finished', userId: 'usr_rich', anonymousId: 'a1b2c3d4-laptop-visitor', timestamp: at(5 * D), value: 4900, currency: 'USD', properties: { plan: 'pro' } },
  { eventId: 'rich-renewed', event: 'subscription_renewed', userId: 'usr_rich', timestamp: at(100), value: 4900, currency: 'USD' },
  page(300, 's-3', '/app', { anonymousId: 'phone-9f8e7d6c' }),
  page(200, 's-3', '/app/settings', { anonymousId: 'phone-9f8e7d6c', userId: 'usr_rich' }),
  { eventId: 'jp-1', event: 'purchase', userId: 'usr_jp', timestamp: at(4 * D), value: 4980, currency: 'JPY' },
  { eventId: 'jp-2', event: 'purchase', userId: 'usr_jp', timestamp: at(2 * D), value: 12800, currency: 'JPY' },
  { eventId: 'jp-3', event: 'refunded', userId: 'usr_jp', timestamp: at(1 * D), value: 4980, currency: 'JPY' },
])
await post([page(1, 'sx', '/'), { eventId: 'bad', event: '$what', timestamp: at(1) }, { eventId: 'bad2', event: 'x', userId: 'null', timestamp: at(1) }], 'sk_demo', { dropped: { overflow: 3, max_age: 1 } })
await post([{ eventId: 'browser-paid', event: 'purchase', anonymousId: 'a1b2c3d4-laptop-visitor', timestamp: at(1), value: 100, currency: 'USD' }], 'pk_demo')
const browser = await launchChromium(process.env['CHROME'] ?? chromium.executablePath())
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }
const VIEWS: [string, string][] = [['live', '#/'], ['people', '#/people'], ['person', '#/people/usr_rich'], ['group', '#/groups/team_analytical'], ['events', '#/events'], ['funnel', '#/funnel'], ['revenue', '#/revenue'], ['delivery', '#/delivery'], ['demo-person', `#/people/${user?.id}`]]
for (const scheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: SIZES.desktop })
  const tab = await context.newPage()
  tab.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(m.text()))
  await tab.goto(collector.loginUrl())
  for (const [size, viewport] of Object.entries(SIZES)) {
    await tab.setViewportSize(viewport)
    for (const [name, hash] of VIEWS) {
      if (only && !only.includes(name)) continue
      await tab.goto(`${collector.url}/${hash}`)
      await tab.waitForTimeout(700)
      await tab.screenshot({ path: `/tmp/wt/shots-people/${name}-${size}-${scheme}.png`, fullPage: process.env['FULL'] === '1' })
    }
  }
  await context.close()
}
await browser.close()
await collector.close()
