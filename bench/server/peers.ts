import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the client is compared with, at the versions that the research measured. */
const PEERS: { readonly [name: string]: string } = {
  'posthog-node': '5.70.0',
  '@segment/analytics-node': '3.1.0',
  '@rudderstack/rudder-sdk-node': '3.0.13',
  '@amplitude/analytics-node': '1.5.73',
  mixpanel: '0.24.0',
  '@snowplow/node-tracker': '4.8.0',
}

/** Outside the workspace: its lockfile and its installs know nothing of the peers. */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '.peers')

/** Installs the peers with npm, unless exactly these versions are there. */
export function installPeers(): void {
  const manifest = JSON.stringify({ private: true, dependencies: PEERS }, undefined, 2)
  const path = join(FOLDER, 'package.json')
  const isCurrent =
    existsSync(join(FOLDER, 'node_modules')) && existsSync(path) && readFileSync(path, 'utf8') === manifest
  if (isCurrent) return
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(path, manifest)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** `require` as seen from the peers' folder. */
export const requirePeer = createRequire(join(FOLDER, 'package.json'))

export function peerPath(name: string): string {
  return requirePeer.resolve(name)
}
