import type { AnalyticsBrowser } from '@segment/analytics-next'
import type { PostHog } from 'posthog-js/dist/module.no-external.js'

/** The collector takes its own public key from clients of other services too. */
const KEY = 'pk_demo'

let segment: AnalyticsBrowser | undefined
let posthog: PostHog | undefined

/**
 * Runs the official browser clients of Segment and PostHog beside ours when the demo was started with `--peers`: each sends to
 * the same collector in its own service's way. They are given our visitor's id, so that all three tell of one person.
 */
export async function startPeers(visitorId: string | undefined): Promise<void> {
  const response = await fetch('/api/peers').catch(() => undefined)
  const { host }: { host: string | null } = response?.ok ? await response.json() : { host: null }
  if (host === null || visitorId === undefined) return
  const [{ AnalyticsBrowser }, { posthog: loaded }] = await Promise.all([
    import('@segment/analytics-next'),
    import('posthog-js/dist/module.no-external.js'),
  ])
  segment = AnalyticsBrowser.load({ writeKey: KEY, cdnURL: host })
  await segment.setAnonymousId(visitorId)
  posthog = loaded.init(KEY, {
    api_host: host,
    bootstrap: { distinctID: visitorId },
    autocapture: false,
    capture_pageview: false,
    capture_pageleave: false,
    // The demo's tests are programs, and no bots.
    opt_out_useragent_filter: true,
  })
}

export function viewAtPeers(): void {
  void segment?.page()
  posthog?.capture('$pageview')
}

export function identifyAtPeers(userId: string): void {
  void segment?.identify(userId)
  posthog?.identify(userId)
}

/** The next visitor of this browser is somebody else. */
export function resetPeers(): void {
  void segment?.reset()
  posthog?.reset()
}
