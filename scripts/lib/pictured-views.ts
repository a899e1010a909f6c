import type { Page } from 'playwright-core'

export const SIZES = { desktop: { width: 1280, height: 1000 }, phone: { width: 390, height: 844 } } as const

/** A view of the live page, and what leads there. */
interface View {
  readonly name: string
  readonly open: (page: Page, url: string) => Promise<void>
}

export interface Shot extends View {
  readonly size: keyof typeof SIZES
  /** All of it, or what is in view at first. */
  readonly fullPage: boolean
}

/** A view at its address, once something of it is there. */
const at = (name: string, hash: string, shown: string): View => ({
  name,
  async open(page, url) {
    await page.goto(`${url}/${hash}`)
    await page.locator(shown).first().waitFor()
  },
})

/** The customer of the last days who has done the most, whoever that is. */
const PERSON: View = {
  name: 'person',
  async open(page, url) {
    await page.goto(`${url}/#/people?period=30d&filter=event%3Acheckout_finished`)
    const rows = page.locator('tbody tr')
    await rows.first().waitFor()
    const counts = await rows.locator('.number').allTextContents()
    const most = counts.map(Number).indexOf(Math.max(...counts.map(Number)))
    await rows.nth(most).locator('.person').click()
    await page.locator('.visit').first().waitFor()
  },
}

const OVERVIEW = at('overview', '#/', '.breakdown')
const PEOPLE = at('people', '#/people?period=30d&filter=event%3Acheckout_started&filter=country%3ADE', 'table .person')
const FUNNEL = at('funnel', '#/funnel', 'meter')

export const VIEWS: readonly View[] = [
  OVERVIEW,
  at('overview-today', '#/?period=today', '.breakdown'),
  at('overview-goal', '#/?filter=device%3Amobile&goal=signup_completed', '.breakdown'),
  at('live', '#/live', '[data-event]'),
  at('people-all', '#/people', 'table .person'),
  PEOPLE,
  PERSON,
  at('events', '#/events', 'table'),
  at('event', '#/events/signup_completed', 'table'),
  at('events-listed', '#/events?period=7d&filter=event%3Acheckout_finished', '[data-event]'),
  FUNNEL,
  at('revenue', '#/revenue', '.chart'),
  at('mrr', '#/mrr', 'table'),
  at('delivery', '#/delivery', 'dt'),
]

/** Those of README and docs: few, for everybody who clones has them. */
export const PICTURES: readonly Shot[] = [
  { ...OVERVIEW, size: 'desktop', fullPage: false },
  { ...OVERVIEW, size: 'phone', fullPage: false },
  { ...PERSON, size: 'desktop', fullPage: false },
]
