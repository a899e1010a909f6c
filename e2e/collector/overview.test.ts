import type { TrackEvent } from '@threadline/schema'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeWithBrowser } from '../browser/engines.ts'
import { logIn, openLivePage, PUBLIC_KEY, SIZES, shoot, sideways, violations, violationsNow } from './live-page.ts'
import { createLedger, sendBatch } from './load.ts'

const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'

/** Two days ago and 31 days before that: in the period that is shown first, and in the one before, in any time zone. */
const DAY_MS = 86_400_000
const LATELY = Date.now() - 2 * DAY_MS
const LATELY_DAY = new Date(LATELY).toISOString().slice(0, 10)
const BEFORE = LATELY - 31 * DAY_MS

interface Visit {
  readonly name: string
  readonly at: number
  readonly userAgent: string
  readonly arrival: Partial<TrackEvent>
  readonly paths: readonly string[]
  readonly goals?: readonly Partial<TrackEvent>[]
}

const SEARCH: Partial<TrackEvent> = { referrer: 'https://www.google.com/' }
const NEWSLETTER: Partial<TrackEvent> = { utm: { source: 'newsletter', medium: 'email', campaign: 'spring' } }

const VISITS: readonly Visit[] = [
  { name: 'ada', at: LATELY, userAgent: DESKTOP, arrival: SEARCH, paths: ['/', '/pricing'] },
  { name: 'bob', at: LATELY, userAgent: PHONE, arrival: SEARCH, paths: ['/blog'] },
  {
    name: 'cleo',
    at: LATELY,
    userAgent: DESKTOP,
    arrival: NEWSLETTER,
    paths: ['/pricing', '/done'],
    goals: [{ event: 'signup_completed' }, { event: 'purchase', value: 4900, currency: 'USD' }],
  },
  { name: 'dan', at: LATELY - DAY_MS * 2, userAgent: PHONE, arrival: {}, paths: ['/'] },
  { name: 'eve', at: BEFORE, userAgent: DESKTOP, arrival: {}, paths: ['/'] },
  { name: 'fay', at: BEFORE, userAgent: DESKTOP, arrival: {}, paths: ['/'] },
]

function eventsOf({ name, at, userAgent, arrival, paths, goals = [] }: Visit): TrackEvent[] {
  const views = paths.map((path, index) => ({
    event: '$pageview',
    path,
    url: `https://shop.example${path}`,
    ...(index === 0 && arrival),
  }))
  return [...views, ...goals].map((fields, index) => ({
    eventId: `${name}-${index}`,
    event: 'unnamed',
    anonymousId: `visitor-${name}`,
    sessionId: `session-${name}`,
    timestamp: new Date(at + index * 10_000).toISOString(),
    context: { userAgent },
    ...fields,
  }))
}

/** What a tile shows, without how it moved. */
const tile = (page: Page, title: string) =>
  page.locator('.overview-tiles > div', { has: page.getByText(title, { exact: true }) }).locator('dd')

const rows = (page: Page, card: string) => page.getByRole('region', { name: card }).locator('tbody tr')

const visitors = (page: Page) => tile(page, 'Visitors').evaluate((cell) => cell.firstChild?.textContent)

/** Patient, for a busy machine. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 })

/** Every part shows what the address says. */
const settled = (page: Page) => poll(() => page.locator('[aria-busy=true], .notice-loading').count()).toBe(0)

async function openOverview(chromium: string, scheme: 'light' | 'dark' = 'light') {
  const opened = await openLivePage(chromium, scheme)
  await sendBatch(opened.collector.url, VISITS.flatMap(eventsOf), createLedger())
  await logIn(opened.page, opened.collector)
  await rows(opened.page, 'Pages').first().waitFor()
  return opened
}

describeWithBrowser('chromium', 'the overview', (chromium) => {
  test('shows how many, from where, to which pages, on what and what it earned', async () => {
    const { page, problems } = await openOverview(chromium)
    expect(await page.getByRole('link', { name: 'Overview' }).getAttribute('aria-current')).toBe('page')
    expect(await visitors(page)).toBe('4')
    expect(await tile(page, 'Visitors').locator('.change').getAttribute('title')).toBe('2 in the period before')
    expect(await tile(page, 'Visitors').textContent()).toContain('+100 %')
    expect(await tile(page, 'Sessions').textContent()).toContain('4')
    expect(await tile(page, 'Pageviews').textContent()).toMatch(/^6/)
    expect(await tile(page, 'Bounce rate').textContent()).toMatch(/^50 %-50 pts/)
    expect(await tile(page, 'Revenue').textContent()).toMatch(/^\$49/)
    await page.getByText('0 people online').waitFor()

    const texts = async (card: string) => {
      await rows(page, card).first().waitFor()
      return rows(page, card).evaluateAll((lines) =>
        lines.map((line) => [...line.children].map(({ textContent }) => textContent).join(' ')),
      )
    }
    const tab = (card: string, name: string) => page.getByRole('region', { name: card }).getByRole('button', { name })
    expect((await texts('Pages')).sort()).toEqual(['/ 2', '/blog 1', '/done 1', '/pricing 2', 'Outside of pages 1'])
    await tab('Pages', 'Entry').click()
    await poll(async () => (await texts('Pages')).sort()).toEqual(['/ 2', '/blog 1', '/pricing 1'])
    expect((await texts('Where from')).sort()).toEqual(['Direct 1', 'Email 1', 'Organic search 2'])
    await tab('Where from', 'Campaigns').click()
    await poll(async () => (await texts('Where from')).sort()).toEqual(['No campaign 3', 'spring 1'])
    expect(await texts('Places')).toEqual(['Unknown 4'])
    expect((await texts('On what')).sort()).toEqual(['Desktop 2', 'Mobile 2'])
    await tab('On what', 'Browsers').click()
    await poll(async () => (await texts('On what')).sort()).toEqual(['Firefox 2', 'Safari 2'])
    expect((await texts('Events')).sort()).toEqual(['Pageview 4 6', 'Purchased 1 1', 'Signed up 1 1'])
    expect(await page.getByRole('link', { name: 'Signed up', exact: true }).getAttribute('title')).toBe(
      'signup_completed',
    )
    await page.getByText(/^Nothing arrived: /).waitFor()
    expect(problems).toEqual([])
  })

  test('a row filters everything and the address, and going back takes that back', async () => {
    const { page, problems } = await openOverview(chromium)
    await rows(page, 'Where from').getByRole('link', { name: 'Organic search', exact: true }).click()
    await poll(() => visitors(page)).toBe('2')
    expect(new URL(page.url()).hash).toBe('#/?filter=channel%3Aorganic_search')
    await poll(() => rows(page, 'Pages').count()).toBe(3)
    await settled(page)

    // By keyboard, and both filters at once.
    await rows(page, 'On what').getByRole('link', { name: 'Mobile', exact: true }).focus()
    await page.keyboard.press('Enter')
    await poll(() => visitors(page)).toBe('1')
    await poll(() => rows(page, 'Pages').allTextContents()).toEqual(['/blog1'])

    // An address opens what it shows.
    await page.reload()
    await poll(() => visitors(page)).toBe('1')
    expect(await page.getByRole('list', { name: 'Filters' }).getByRole('link').count()).toBe(3)
    await page.goBack()
    await poll(() => visitors(page)).toBe('2')
    await page.getByRole('link', { name: 'Remove the filter Channel: Organic search' }).click()
    await poll(() => visitors(page)).toBe('4')
    expect(new URL(page.url()).hash).toBe('#/')
    expect(problems).toEqual([])
  })

  test('a number leads to the people and events behind it, under names', async () => {
    const { page, problems } = await openOverview(chromium)
    const people = () => page.locator('tbody .person').allTextContents()
    await tile(page, 'Visitors').getByRole('link').click()
    await poll(async () => (await people()).length).toBe(4)
    expect(new URL(page.url()).hash).toBe('#/people?period=30d')

    await page.goBack()
    await rows(page, 'Where from').getByRole('link', { name: '1 person: Email', exact: true }).focus()
    await page.keyboard.press('Enter')
    await poll(async () => (await people()).length).toBe(1)
    // Who has told no name has two words of their own; the id stands there on request.
    expect(await people()).toEqual([expect.stringMatching(/^[A-Z][a-z]+ [A-Z][a-z]+$/)])
    expect(await page.getByText('visitor-cleo').count()).toBe(0)
    await page.getByLabel('Show ids').check()
    await page.getByText('visitor-cleo').waitFor()

    await page.getByRole('link', { name: 'Their events' }).click()
    const events = () => page.locator('[data-event]').evaluateAll((lines) => lines.map((line) => line.dataset['event']))
    await poll(events).toEqual(['purchase', 'signup_completed', '$pageview', '$pageview'])
    expect(new URL(page.url()).hash).toBe('#/events?period=30d&filter=channel%3Aemail')
    await page.getByRole('link', { name: 'Remove the filter Channel: Email' }).click()
    await poll(async () => (await events()).length).toBe(8)
    await page.getByRole('link', { name: 'Overview of the same' }).click()
    await poll(() => visitors(page)).toBe('4')
    expect(problems).toEqual([])
  })

  test('a goal, other days and no comparison are chosen on the page', async () => {
    const { page, collector, problems } = await openOverview(chromium)
    const goal = page.getByRole('combobox', { name: 'Goal' })
    await goal.selectOption({ label: 'A page or another event…' })
    await page.getByLabel('Goal: an event or a path').fill('/done')
    await page.keyboard.press('Tab')
    await poll(() => tile(page, 'Conversions').textContent()).toMatch(/^1/)
    expect(new URL(page.url()).hash).toBe('#/?goal=%2Fdone')
    expect(await goal.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label)).toBe('Pageview /done')
    const goals = [{ name: 'Reached the end', path: '/done' }]
    await collector.store.changeSettings('default', { goals }, { who: 'the test', at: Date.now() })
    await page.reload()
    await poll(() => goal.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label)).toBe(
      'Reached the end',
    )
    await goal.selectOption({ label: 'Signed up' })
    await poll(() => new URL(page.url()).hash).toBe('#/?goal=signup_completed')
    await settled(page)
    expect(await tile(page, 'Conversions').textContent()).toMatch(/^1/)
    expect(await tile(page, 'Conversion rate').textContent()).toMatch(/^25 %/)
    await poll(() => rows(page, 'Where from').filter({ hasText: 'Email' }).textContent()).toBe('Email11100 %')

    await page.getByLabel('Compare with the period before').uncheck()
    await poll(() => page.locator('.change').count()).toBe(0)
    await page.getByRole('combobox', { name: 'Period' }).selectOption('Today')
    await page.getByRole('heading', { name: 'Nothing arrived in this period' }).waitFor()
    expect(new URL(page.url()).hash).toBe('#/?period=today&compare=none&goal=signup_completed')

    await page.getByRole('combobox', { name: 'Period' }).selectOption('Last 90 days')
    await poll(() => visitors(page)).toBe('6')
    await page.getByRole('combobox', { name: 'Period' }).selectOption('Other days…')
    const day = new Date(LATELY - 10 * DAY_MS).toISOString().slice(0, 10)
    await page.getByLabel('From', { exact: true }).fill(day)
    await poll(() => visitors(page)).toBe('4')
    expect(new URL(page.url()).hash).toContain(`from=${day}`)
    expect(problems).toEqual([])
  })

  test('says what to do while nothing has arrived', async () => {
    const { collector, page, problems } = await openLivePage(chromium, 'light')
    await logIn(page, collector)
    await page.getByRole('heading', { name: 'No events yet' }).waitFor()
    expect(await page.locator('pre').first().textContent()).toContain(
      `data-key="${PUBLIC_KEY}" data-host="${collector.url}"`,
    )
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy the tag' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(PUBLIC_KEY)
    await shoot(page, 'overview-empty')
    expect(await violations(page)).toEqual([])
    expect(problems).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'is accessible and fits in every width, %s',
    { timeout: 180_000 },
    async (scheme) => {
      const { collector, page, problems } = await openOverview(chromium, scheme)
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport)
        for (const [name, hash, shown] of [
          ['overview', '#/', '.breakdown tbody tr'],
          ['overview-hours', `#/?from=${LATELY_DAY}&to=${LATELY_DAY}`, '.breakdown tbody tr'],
          ['overview-filtered', '#/?filter=device%3Adesktop&filter=campaign%3A&goal=%2Fpricing', '.breakdown tbody tr'],
          ['people-listed', '#/people?period=30d&filter=device%3Adesktop&goal=%2Fpricing', 'tbody .person'],
          ['events-listed', '#/events?period=30d&filter=page%3A%2F', '[data-event]'],
        ] as const) {
          // A page of its own: another hash alone would leave what was shown, paler, until the answers are there.
          await page.goto('about:blank')
          await page.goto(`${collector.url}/${hash}`)
          await poll(() => page.locator(shown).count()).toBeGreaterThan(0)
          if (name === 'overview') {
            await page.getByText('Who came back, week by week').click()
            await page.getByRole('region', { name: /^Of those who were new/ }).waitFor()
          }
          await settled(page)
          await shoot(page, `${name}-${size}-${scheme}`)
          expect(await violations(page), `${name} at ${size} width`).toEqual([])
          expect(await sideways(page), `${name} at ${size} width`).toBe(0)
        }
      }
      // What is shown while other numbers are on their way can be read as well.
      await page.goto(`${collector.url}/#/`)
      await poll(() => rows(page, 'Events').count()).toBeGreaterThan(0)
      await settled(page)
      await page.route('**/v1/reports/**', () => undefined)
      await rows(page, 'Where from').getByRole('link', { name: 'Direct', exact: true }).click()
      await poll(() => page.locator('[aria-busy=true]').count()).toBeGreaterThan(0)
      expect(await violationsNow(page)).toEqual([])
      expect(problems).toEqual([])
    },
  )
})
