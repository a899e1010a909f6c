import type { Consent } from '@threadline/schema'
import type { BrowserConfig, ConsentChoice } from './config.ts'

/** Cookie and `localStorage` key of a visitor who opted out; it outlives everything else. */
export const OPTED_OUT = 'tl_opted_out'

/** The signals of a browser whose user does not want to be tracked. Neither is in TypeScript's DOM library. */
interface PrivacySignals {
  readonly globalPrivacyControl?: boolean
  readonly doNotTrack?: string | null
}

const PURPOSES = { granted: true, denied: false, pending: undefined }

/** Purpose by purpose; absent means undecided. */
export function toConsent(choice: ConsentChoice): Consent {
  if (typeof choice === 'object') return choice
  const analytics = PURPOSES[choice]
  return { analytics, ads: analytics }
}

/** What holds before the visitor was asked: a signal of the browser goes over the site's own default. */
export function initialConsent({ consent, honorGpc = true, honorDnt }: BrowserConfig): Consent | undefined {
  const { globalPrivacyControl, doNotTrack }: PrivacySignals = navigator
  if ((honorGpc && globalPrivacyControl) || (honorDnt && doNotTrack === '1')) return toConsent('denied')
  return consent && toConsent(consent)
}
