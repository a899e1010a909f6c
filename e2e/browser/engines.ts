import { accessSync, constants } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { describe, test } from 'vitest'
import { CHROMIUM_ARGS } from './chromium-args.ts'

export type EngineName = 'chromium' | 'firefox' | 'webkit'

/** Where Debian (first) and the common macOS and Windows installers put each browser. */
const LOCATIONS: { readonly [Engine in EngineName]: readonly string[] } = {
  chromium: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  firefox: ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'],
  webkit: ['/usr/bin/WebKitWebDriver'],
}

/** Environment variables that name a browser installed elsewhere. */
const OVERRIDES: { readonly [Engine in EngineName]: string } = {
  chromium: 'CHROMIUM_PATH',
  firefox: 'FIREFOX_PATH',
  webkit: 'WEBKIT_DRIVER_PATH',
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function find(engine: EngineName): string | undefined {
  const override = process.env[OVERRIDES[engine]]
  return (override === undefined ? LOCATIONS[engine] : [override]).find(isExecutable)
}

/** Path of an installed Chromium or Chrome; `CHROMIUM_PATH` overrides the search. */
export const findChromium = (): string | undefined => find('chromium')

/**
 * A `describe` for tests that need one browser. `body` gets the browser's path.
 *
 * Where the browser is missing the suite appears as one skipped test that names it; with `CI=true` that test fails.
 */
export function describeWithBrowser(engine: EngineName, title: string, body: (path: string) => void): void {
  const path = find(engine)
  describe(`${title} [${engine}]`, () => {
    if (path !== undefined) return body(path)
    test.skipIf(process.env['CI'] !== 'true')(`needs ${engine}, which is not installed`, () => {
      throw new Error(`Install ${engine}, or name it in ${OVERRIDES[engine]}`)
    })
  })
}

/** Launches the Chromium at `path` headless. Options given here are added to ours; close the browser after use. */
export function launchChromium(path: string, options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ ...options, executablePath: path, args: [...CHROMIUM_ARGS, ...(options.args ?? [])] })
}
