import type { Consent } from '@threadline/schema'
import type { BrowserConfig, ConsentChoice } from './config.ts'

/** Cookie and `localStorage` key of a visitor who opted out. It outlives everything else. */
export const OPTED_OUT = 'tl_opted_out'

/** The signals of a browser whose user does not want to be tracked. Neither is in TypeScript's DOM library. */
interface PrivacySignals {
  readonly globalPrivacyControl?: boolean
  readonly doNotTrack?: string | null
}

/** Purpose by purpose; absent means undecided. */
export function toConsent(choice: ConsentChoice): Consent {
  if (typeof choice === 'object') return choice
  const analytics = choice === 'pending' ? undefined : choice === 'granted'
  return { analytics, ads: analytics }
}

/** Whether the browser says no for its user. A signal goes over the site's own default, and gives way to `consent`. */
export function isSignalled({ honorGpc = true, honorDnt }: BrowserConfig): boolean {
  const { globalPrivacyControl, doNotTrack }: PrivacySignals = navigator
  return !!((honorGpc && globalPrivacyControl) || (honorDnt && doNotTrack === '1'))
}
