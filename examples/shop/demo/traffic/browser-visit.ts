import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PLANS } from '../../plans.ts'
import { checkoutIdOf } from './server-events.ts'
import type { Visit } from './visits.ts'

/** How long before signing up a visitor opens the form, in milliseconds. */
const FORM_MS = 10_000
/** How much later than the server the page hears of what the server did, in milliseconds. */
const ANSWER_MS = 400
/** A step of a visit that takes longer is given up, in milliseconds. */
const STEP_TIMEOUT_MS = 10_000

/**
 * Plays one visit on the shop's own pages, so that its events are made and sent by the browser package.
 *
 * The page lives in the past: its clock says when each step happened. It is offline meanwhile and sends in the end,
 * once its clock is right again, as a phone does after a tunnel; the collector would otherwise take the visitor's clock
 * for wrong and correct it. The shop's API is answered here, because the shop's server knows only the present.
 *
 * Returns the visitor's anonymous id.
 */
export async function playInBrowser(browser: Browser, shopUrl: string, visit: Visit): Promise<string> {
  const context = await browser.newContext({ locale: 'en-US', userAgent: userAgentOf(visit) })
  context.setDefaultTimeout(STEP_TIMEOUT_MS)
  try {
    await answerApi(context, visit)
    const page = await context.newPage()
    await walk(page, shopUrl, visit)
    await page.clock.setFixedTime(Date.now())
    const sent = page.waitForResponse((response) => response.url().endsWith('/t/v1/batch') && response.ok())
    await context.unroute(EVENTS)
    await context.setOffline(false)
    await sent
    // The view of a page that was just opened follows when its title is settled. What is not sent yet is stored.
    await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.startsWith('tl_q.')))
    const cookies = await context.cookies(shopUrl)
    return cookies.find(({ name }) => name === 'tl_id')?.value ?? ''
  } finally {
    await context.close()
  }
}

const EVENTS = '**/t/v1/batch'

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
] as const

/** The same for the same visitor. */
function userAgentOf({ userId }: Visit): string {
  const place = Array.from(userId, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum + code, 0)
  return USER_AGENTS[place % USER_AGENTS.length] ?? USER_AGENTS[0]
}

async function answerApi(context: BrowserContext, visit: Visit): Promise<void> {
  const answers = {
    session: { userId: null },
    signup: { userId: visit.userId },
    checkout: { checkoutId: checkoutIdOf(visit), paid: false },
    pay: { paid: true },
  }
  for (const [path, json] of Object.entries(answers)) {
    await context.route(`**/api/${path}`, (route) => route.fulfill({ json }))
  }
  await context.route(EVENTS, (route) => route.abort('internetdisconnected'))
}

async function walk(page: Page, shopUrl: string, { at, utm, plan, email }: Visit): Promise<void> {
  const landing = new URL(shopUrl)
  for (const [name, value] of Object.entries(utm ?? {})) landing.searchParams.set(`utm_${name}`, value)
  await page.clock.setFixedTime(at.land ?? Date.now())
  await page.goto(landing.href)
  await page.getByRole('link', { name: 'See the plans' }).waitFor()
  await page.context().setOffline(true)
  if (at.pricing === undefined) return
  await page.clock.setFixedTime(at.pricing)
  await page.getByRole('link', { name: 'See the plans' }).click()
  const choose = page.getByRole('link', { name: `Choose ${PLANS[plan].name}` })
  await choose.waitFor()
  if (at.signup === undefined) return
  await page.clock.setFixedTime(at.signup - FORM_MS)
  await choose.click()
  await page.getByLabel('Email').fill(email)
  await page.clock.setFixedTime(at.signup + ANSWER_MS)
  await page.getByRole('button', { name: 'Sign up' }).click()
  // Not before the page has captured that the checkout began: its clock moves on next.
  const pay = page.getByRole('button', { name: 'Pay', disabled: false })
  await pay.waitFor()
  if (at.pay === undefined) return
  await page.clock.setFixedTime(at.pay + ANSWER_MS)
  await pay.click()
  await page.getByRole('heading', { name: 'Thank you!' }).waitFor()
}
