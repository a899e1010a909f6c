import type { Page } from 'playwright-core'

/** The campaign that brings the visitor of these stories. */
export const CAMPAIGN = { source: 'newsletter', medium: 'email', campaign: 'autumn' } as const

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

/** Lands on the shop from the campaign, as nobody. */
export async function land(page: Page, shopUrl: string): Promise<void> {
  const { source, medium, campaign } = CAMPAIGN
  await page.goto(`${shopUrl}/?utm_source=${source}&utm_medium=${medium}&utm_campaign=${campaign}`)
  await heading(page, 'Coffee that left the roaster yesterday.').waitFor()
}

export async function readPricing(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'See the plans' }).click()
  await heading(page, 'One parcel a month').waitFor()
}

/** Signs up for the Regular plan, 49.00 USD a month, and arrives at the checkout. */
export async function signUp(page: Page, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Choose Regular' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await heading(page, 'Checkout').waitFor()
}

/** Presses pay and waits for the shop's thanks, which it gives once the collector has the payment. */
export async function pay(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pay' }).click()
  await heading(page, 'Thank you!').waitFor()
}

/** Everything the page complains about: console errors and uncaught exceptions, as they come. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

/** What the whole story leaves in the collector, in order. */
export const STORY: readonly string[] = [
  '$pageview /',
  '$pageview /pricing',
  'content_viewed',
  '$pageview /signup',
  'signup_completed',
  '$identify',
  '$pageview /checkout',
  'checkout_started',
  'checkout_finished',
  '$pageview /thanks',
]

/** The visitor's id as the browser package keeps it. */
export async function visitorIdOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies()
  const id = cookies.find((cookie) => cookie.name === 'tl_id')?.value
  if (id === undefined) throw new Error('The page has set no tl_id cookie')
  return id
}
