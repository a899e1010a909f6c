import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleForBrowser } from './bundle.ts'
import { root } from './packages.ts'

/** Other browser SDKs and the least a page imports from each to start it, capture and know its visitor. */
const PEERS: { readonly [name: string]: string } = {
  '@plausible-analytics/tracker': `export { init, track } from '@plausible-analytics/tracker'`,
  '@openpanel/web': `export { OpenPanel } from '@openpanel/web'`,
  '@snowplow/browser-tracker': `export { newTracker, trackStructEvent } from '@snowplow/browser-tracker'`,
  '@amplitude/analytics-browser': `export { init, track, getDeviceId } from '@amplitude/analytics-browser'`,
  '@rudderstack/analytics-js': `export { RudderAnalytics } from '@rudderstack/analytics-js'`,
  '@segment/analytics-next': `export { AnalyticsBrowser } from '@segment/analytics-next'`,
  'mixpanel-browser': `export { default } from 'mixpanel-browser'`,
  'posthog-js': `export { default } from 'posthog-js'`,
}

export interface PeerSize {
  readonly name: string
  readonly version: string
  readonly minBytes: number
  readonly brotliBytes: number
}

export interface PeerSizes {
  /** Day of the measurement. */
  readonly measured: string
  /** The versions are the newest published before this day, so that a measurement can be repeated. */
  readonly publishedBefore: string
  readonly peers: readonly PeerSize[]
}

const file = join(root, 'scripts/peer-sizes.json')

/** The last measurement that was committed. */
export function knownPeerSizes(): PeerSizes {
  return JSON.parse(readFileSync(file, 'utf8')) as PeerSizes
}

/** Installs the peers into a folder of their own outside the workspace, measures them, and writes the result down. */
export async function measurePeers(publishedBefore: string): Promise<PeerSizes> {
  const folder = join(tmpdir(), 'threadline-peers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const names = Object.keys(PEERS)
  const flags = ['--before', publishedBefore, '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', ...flags, ...names], { cwd: folder, stdio: 'inherit' })
  const peers: PeerSize[] = []
  for (const [name, code] of Object.entries(PEERS)) {
    const { minBytes, brotliBytes } = await bundleForBrowser(code, folder)
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    const { version } = JSON.parse(manifest) as { version: string }
    peers.push({ name, version, minBytes, brotliBytes })
  }
  const sizes = { measured: new Date().toISOString().slice(0, 10), publishedBefore, peers }
  writeFileSync(file, `${JSON.stringify(sizes, null, 2)}\n`)
  return sizes
}
