import type { Consent } from '@threadline/schema'
import type { ConsentChoice, Settings } from '../contract/settings.ts'
import { createMirror } from './mirror.ts'

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

/**
 * What holds until the page says something else: an earlier opt-out, else a signal of the browser, else the site's own
 * default. `undefined` allows everything without a word about consent in the events.
 */
export function initialConsent(config: Settings): Consent | undefined {
  const { consent, honorGpc = true, honorDnt } = config
  const { globalPrivacyControl, doNotTrack }: PrivacySignals = navigator
  const isRefused =
    (honorGpc && globalPrivacyControl) || (honorDnt && doNotTrack === '1') || createMirror(config, OPTED_OUT).read()
  return isRefused ? toConsent('denied') : consent && toConsent(consent)
}
