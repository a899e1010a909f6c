import type { EngineName } from '../engines.ts'
import { startChromium } from './chromium.ts'
import type { Driver } from './driver.ts'
import { startFirefox } from './firefox.ts'
import { startWebKit } from './webkit.ts'

/** Starts a browser by its engine. */
export const START: { readonly [Engine in EngineName]: (path: string) => Promise<Driver> } = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebKit,
}
