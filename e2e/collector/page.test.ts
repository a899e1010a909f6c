import { threadline } from '@threadline/destinations'
import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { startFakeService } from '../../packages/collector/test/fake-service.ts'
import { describeWithBrowser } from '../browser/engines.ts'
import { logIn, openLivePage, SIZES, shoot, sideways, violations, violationsNow } from './live-page.ts'
import { createLedger, sendBatch } from './load.ts'

/** The views of the menu, and what is there once they have loaded. */
const VIEWS = [
  { name: 'Overview', shown: 'table.breakdown >> text=/pricing' },
  { name: 'Live', shown: '[data-event=checkout_finished]' },
  { name: 'People', shown: 'table >> text=Ada' },
  { name: 'Events', shown: 'table >> text=Signed up' },
  { name: 'Funnel', shown: 'meter' },
  { name: 'Revenue', shown: 'text=$49.00' },
  { name: 'Delivery', shown: 'dt' },
]

/** Pages that are reached from others, and what is there once they have loaded. */
const PAGES = [
  { name: 'person', hash: '#/people/user_42', shown: '[data-event=checkout_finished]' },
  { name: 'group', hash: '#/groups/team_7', shown: 'text=Its people' },
  { name: 'event', hash: `#/events/${encodeURIComponent('$pageview')}`, shown: 'text=By day, in UTC' },
]

let sent = 0

function event(fields: object) {
  sent += 1
  const timestamp = new Date(Date.now() - 60_000 + sent).toISOString()
  return { eventId: `page-${sent}`, event: '$pageview', anonymousId: 'visitor-0001', timestamp, ...fields }
}

/** A visitor from a newsletter who signs up and pays, and another one who only looks. */
const STORY = [
  event({ path: '/', sessionId: 'session-1', utm: { source: 'newsletter' } }),
  event({ path: '/pricing', sessionId: 'session-1' }),
  event({ event: 'signup_completed', userId: 'user_42', email: 'ada@example.com', sessionId: 'session-1' }),
  event({ event: '$identify', userId: 'user_42', sessionId: 'session-1', traits: { name: 'Ada', plan: 'pro' } }),
  event({ event: '$group', userId: 'user_42', properties: { groupId: 'team_7', traits: { name: 'Engines' } } }),
  event({ event: 'checkout_started', userId: 'user_42' }),
  event({ event: 'checkout_finished', userId: 'user_42', value: 4900, currency: 'USD' }),
  event({ path: '/', anonymousId: 'visitor-0002' }),
]

describeWithBrowser('chromium', 'the live page', (chromium) => {
  test('shows where events go from here, and what of them did not arrive', { timeout: 90_000 }, async () => {
    const service = await startFakeService()
    const destination = threadline({ host: service.url, key: 'sk_of_the_service' })
    const poison = STORY[4]?.eventId
    service.answer = (events) => (events.some(({ eventId }) => eventId === poison) ? 400 : 200)
    const { collector, page, problems } = await openLivePage(chromium, 'light', [{ destination, name: 'archive' }])
    await sendBatch(collector.url, STORY, createLedger())
    await expect.poll(() => service.acknowledged.length, { timeout: 60_000 }).toBe(STORY.length - 1)
    await logIn(page, collector)
    const cells = (name: string) => page.getByRole('row', { name }).first().locator('th, td').allTextContents()
    const look = async () => {
      await page.getByRole('link', { name: 'Live', exact: true }).click()
      await page.getByRole('link', { name: 'Delivery', exact: true }).click()
      await page.getByRole('heading', { name: 'Forwarded' }).waitFor()
      return (await cells('archive')).slice(0, 5)
    }
    await expect.poll(look, { timeout: 60_000 }).toEqual(['archive', 'Forwarding', 'Up to date', '7', '1'])
    expect(await cells('validation_error')).toEqual(['archive', 'validation_error', '1'])
    expect(await violations(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test('shows an event within a second of its capture, and whose it is', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'light')
    await logIn(page, collector)
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await page.getByText('No events yet').waitFor()
    await page.getByText('Live', { exact: true }).last().waitFor()
    await sendBatch(collector.url, STORY, createLedger())
    await page.locator('[data-event=checkout_finished]').waitFor({ timeout: 1_000 })
    await page.locator('[data-event=checkout_finished]').getByRole('link', { name: 'Ada' }).click()
    await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
    await page.getByText('visitor-0001', { exact: true }).waitFor()
    const names = await page.locator('[data-event]').evaluateAll((lines) => lines.map((line) => line.dataset['event']))
    const story = ['$pageview', '$pageview', 'signup_completed', '$identify', '$group']
    expect(names).toEqual([...story, 'checkout_started', 'checkout_finished'])
    expect(await page.getByText('$49.00').count()).toBe(1)
    expect(problems).toEqual([])
  })

  test('shows how a person came, was linked and belongs, by keyboard too', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'light')
    await sendBatch(collector.url, STORY, createLedger())
    await logIn(page, collector)
    await page.goto(`${collector.url}/#/people/user_42`)
    const profile = page.getByRole('complementary', { name: 'Profile' })
    await profile.getByText('newsletter').first().waitFor()
    await profile.getByText(/^linked by Signed up/).waitFor()
    await page.getByText('ada@example.com · 7 events · user_42').waitFor()
    expect(await page.getByRole('list', { name: 'Stage' }).locator('[aria-current=step]').textContent()).toBe(
      'customer',
    )
    expect(await page.locator('.visit h3').allTextContents()).toEqual([
      expect.stringContaining('entered at / · 4 events'),
      'Outside of sessions',
    ])
    const fields = page.getByRole('button', { name: 'All fields of Identified' })
    await fields.focus()
    await page.keyboard.press('Enter')
    await page.getByText('"plan": "pro"').waitFor()
    await profile.getByRole('link', { name: 'Engines' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Engines', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Ada' }).waitFor()
    expect(problems).toEqual([])
  })

  test('loads earlier events of a long visit into the same visit', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'dark')
    const visit = Array.from({ length: 250 }, (_, index) => event({ path: `/page-${index}`, sessionId: 'long' }))
    await sendBatch(collector.url, visit, createLedger())
    await logIn(page, collector)
    await page.goto(`${collector.url}/#/people/visitor-0001`)
    await page.getByText('/page-249').waitFor()
    expect(await page.locator('[data-event]').count()).toBe(200)
    await page.getByRole('button', { name: 'Load earlier events' }).click()
    await page.getByText('Pageview /page-0', { exact: true }).waitFor()
    expect(await page.locator('[data-event]').count()).toBe(250)
    expect(await page.locator('.visit h3').allTextContents()).toEqual([
      expect.stringContaining('entered at /page-0 · 250 events'),
    ])
    expect(problems).toEqual([])
  })

  test('says that the collector does not answer, and that it asks', async () => {
    const { collector, page } = await openLivePage(chromium, 'light')
    await logIn(page, collector)
    const held: Route[] = []
    await page.route('**/v1/people/**', (route) => {
      held.push(route)
    })
    await page.goto(`${collector.url}/#/people/user_42`)
    await page.getByText('Loading…').waitFor()
    await expect.poll(() => held.length).toBe(2)
    await Promise.all(held.map((route) => route.abort()))
    await page.getByRole('alert').getByText('The collector does not answer.').waitFor()
    await shoot(page, 'unreachable')
  })

  test('counts a funnel anew with other steps and another window', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'light')
    const twoHoursAgo = new Date(Date.now() - 7_200_000).toISOString()
    const slow = { anonymousId: 'visitor-slow', event: 'trial_started', timestamp: twoHoursAgo }
    const done = event({ anonymousId: 'visitor-slow', event: 'feature_used' })
    await sendBatch(collector.url, [...STORY, event(slow), done], createLedger())
    await logIn(page, collector)
    await page.getByRole('link', { name: 'Funnel', exact: true }).click()
    await page.getByText('50 % of 2 people').waitFor()
    for (const step of [4, 3]) await page.getByRole('button', { name: `Remove step ${step}` }).click()
    for (const [step, name] of [
      ['Step 1', 'trial_started'],
      ['Step 2', 'feature_used'],
    ] as const) {
      await page.getByLabel(step).fill(name)
      await page.getByLabel(step).press('Tab')
    }
    await page.getByText('100 % of 1 person').waitFor()
    await page.getByLabel('Within').selectOption('1 hour')
    await page.getByText(/^0 % of 1 person/).waitFor()
    expect(problems).toEqual([])
  })

  test.each(['light', 'dark'] as const)('is accessible and fits in every view and width, %s', async (scheme) => {
    const { collector, page, problems } = await openLivePage(chromium, scheme)
    const ledger = createLedger()
    await sendBatch(collector.url, STORY, ledger)
    await sendBatch(collector.url, STORY, ledger)
    await logIn(page, collector)
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      for (const { name, shown } of VIEWS) {
        await page.getByRole('link', { name, exact: true }).click()
        await page.locator(shown).first().waitFor()
        await shoot(page, `${name.toLowerCase()}-${size}-${scheme}`)
        expect(await violations(page), `${name} at ${size} width`).toEqual([])
        expect(await sideways(page), `${name} at ${size} width`).toBe(0)
      }
      for (const { name, hash, shown } of PAGES) {
        await page.goto(`${collector.url}/${hash}`)
        await page.locator(shown).waitFor()
        await shoot(page, `${name}-${size}-${scheme}`)
        expect(await violations(page), `${name} at ${size} width`).toEqual([])
        expect(await sideways(page), `${name} at ${size} width`).toBe(0)
      }
    }
    expect(problems).toEqual([])
  })

  test.each(['light', 'dark'] as const)('can be read from the moment an event arrives, %s', async (scheme) => {
    const { collector, page } = await openLivePage(chromium, scheme)
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Animation.enable')
    await devtools.send('Animation.setPlaybackRate', { playbackRate: 0 })
    await sendBatch(collector.url, STORY, createLedger())
    await logIn(page, collector)
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await page.locator('[data-event=checkout_finished]').waitFor()
    await shoot(page, `arriving-${scheme}`)
    const progress = () => document.getAnimations().map(({ playState, currentTime }) => ({ playState, currentTime }))
    expect(await page.evaluate(progress)).toContainEqual({ playState: 'running', currentTime: 0 })
    expect(await violationsNow(page)).toEqual([])
  })

  test('says what to do when the browser is not signed in, and when nobody has an id', async () => {
    const { collector, page } = await openLivePage(chromium, 'light')
    await page.goto(collector.url)
    await page.getByRole('heading', { name: 'This browser is not signed in' }).waitFor()
    await logIn(page, collector)
    await page.goto(`${collector.url}/#/people/nobody`)
    await page.getByRole('heading', { name: 'Nobody is known by this id' }).waitFor()
    await shoot(page, 'nobody')
  })
})
