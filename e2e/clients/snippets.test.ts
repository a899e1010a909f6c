import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PAGE_KEY, type RelayedCollector, startRelayedCollector } from './collector.ts'
import { describeOnSite } from './site.ts'

// Pages without a bundler: what the documentation tells to put into them is put into them, with the official files from npm.

/** A busy machine takes its time. */
const PATIENCE = { timeout: 60_000 }

const { resolve } = createRequire(import.meta.url)
const folderOf = (file: string) => dirname(resolve(file))

/** The HTML of a page of the documentation that has this in it, for a collector on this machine. */
function snippet(page: string, { relay }: RelayedCollector, key: string): string {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/dialects/${page}.md`, import.meta.url)), 'utf8')
  const blocks = [...text.matchAll(/```html\n([\s\S]*?)```/g)].map(([, html = '']) => html)
  const html = blocks.find((block) => block.includes('/js/'))
  if (html === undefined) throw new Error(`docs/dialects/${page}.md has no snippet`)
  return html.replaceAll('https://events.example.com', relay.url).replaceAll(/\b(?:phc|pk)_example(?:_key)?\b/g, key)
}

const names = async (collector: RelayedCollector) => (await collector.latest()).map(({ event }) => event).sort()

/** What a script asked the collector for in vain. */
const refused = ({ relay }: RelayedCollector) => relay.passages.filter(({ status }) => status !== 200 && status !== 204)

const folders = {
  '/js/posthog/': folderOf('posthog-js/dist/array.js'),
  '/js/segment/analytics-next/bundles/': folderOf('@segment/analytics-next/dist/umd/index.js'),
}

describeOnSite('Pages without a bundler', { scripts: {}, folders, page: '' }, (site) => {
  test('have PostHog’s script from their own site', async () => {
    const key = 'phc_e2e_project'
    const collector = await startRelayedCollector({ dialects: { posthog: [{ projectKey: key }] } })
    const { page, heard } = await site.visitor()
    // A program drives the browser, which the script would otherwise take for a bot.
    site.show(snippet('posthog', collector, key).replace('api_host:', 'opt_out_useragent_filter: true, api_host:'))
    await page.goto(site.origin)
    await page.evaluate(`posthog.capture('plan_viewed', { plan: 'pro' })`)
    await expect.poll(() => names(collector), PATIENCE).toEqual(['$pageview', 'plan_viewed'])
    expect(heard).toEqual([])
    expect(refused(collector)).toEqual([])
  })

  test('have Segment’s script from their own site, with what it loads later', async () => {
    const collector = await startRelayedCollector()
    const { page, heard } = await site.visitor()
    site.show(`${snippet('segment', collector, PAGE_KEY)}<a id="plans" href="#plans">Plans</a>`)
    await page.goto(site.origin)
    await page.evaluate(`analytics.track('plan_viewed', { plan: 'pro' })`)
    await page.evaluate(`analytics.trackLink(document.querySelector('#plans'), 'plans_opened')`)
    await expect.poll(() => names(collector), PATIENCE).toEqual(['$pageview', 'plan_viewed'])
    await page.click('#plans')
    await expect.poll(() => names(collector), PATIENCE).toEqual(['$pageview', 'plan_viewed', 'plans_opened'])
    expect(heard).toEqual([])
    expect(refused(collector)).toEqual([])
  })
})
