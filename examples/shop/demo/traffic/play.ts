import { createServerClient, type ServerClient } from '@threadline/server'
import { playInBrowser } from './browser-visit.ts'
import { findChromium } from './find-chromium.ts'
import { captureServerEvents } from './server-events.ts'
import { simulateVisit } from './simulated-visit.ts'
import { planVisits, type Visit } from './visits.ts'

/** Browser visits start only this long, in milliseconds; what is left then is simulated. */
const BROWSER_BUDGET_MS = 45_000
const PAGES_AT_ONCE = 2

export interface TrafficOptions {
  readonly shopUrl: string
  readonly collectorUrl: string
  /** The server's secret key at the collector (`sk_…`). */
  readonly serverKey: string
  readonly stopped: AbortSignal
  readonly say: (line: string) => void
}

export interface Played {
  readonly inBrowser: number
  readonly simulated: number
}

/**
 * Plays an hour of visits that end now, in less than a minute: pages by the browser package in a headless Chromium,
 * or by the server package where none is found; the server's part always by the server package.
 *
 * Ends early when `stopped` aborts. Rejects with FlushError when the collector does not take the events.
 */
export async function playTraffic(options: TrafficOptions): Promise<Played> {
  const { shopUrl, collectorUrl, serverKey, stopped, say } = options
  const client = createServerClient({ key: serverKey, host: collectorUrl })
  const visits = [...planVisits(Date.now())]
  const path = findChromium()
  say(
    path === undefined
      ? `Playing ${visits.length} visits with the server SDK alone: no Chromium was found.`
      : `Playing ${visits.length} visits in ${path}…`,
  )
  try {
    const inBrowser = path === undefined ? 0 : await playAllInBrowser(path, visits, client, options)
    const simulated = stopped.aborted ? [] : visits
    for (const visit of simulated) captureServerEvents(client, visit, simulateVisit(client, shopUrl, visit))
    await client.flush()
    return { inBrowser, simulated: simulated.length }
  } finally {
    await client.shutdown()
  }
}

/** Takes visits off the list and plays them until time is up. Returns how many it played. */
async function playAllInBrowser(
  executablePath: string,
  visits: Visit[],
  client: ServerClient,
  { shopUrl, stopped, say }: TrafficOptions,
): Promise<number> {
  // Loaded only here: nobody else in the demo needs it.
  const { chromium } = await import('playwright-core')
  // The process's own handlers stop the demo; the browser must not end the process by itself.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  // These visitors play people, whom reports count; a browser that says it is driven would be left out of them.
  const args = ['--disable-gpu', '--disable-blink-features=AutomationControlled']
  const browser = await chromium.launch({ executablePath, args, ...signals })
  const deadline = performance.now() + BROWSER_BUDGET_MS
  let played = 0

  async function playNext(): Promise<void> {
    while (!stopped.aborted && performance.now() < deadline) {
      const visit = visits.shift()
      if (!visit) return
      captureServerEvents(client, visit, await playInBrowser(browser, shopUrl, visit))
      played += 1
      if (played % 10 === 0) say(`  ${played} visits played`)
    }
  }

  try {
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, playNext))
  } finally {
    await browser.close()
  }
  return played
}
