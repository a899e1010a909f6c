import { type Consent, OPTED_OUT_NAME } from '@threadline/schema'
import type { ConsentChoice, Settings } from '../contract/settings.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'
import { readCookies, removeCookies, replaceCookie, writeCookie } from './cookies.ts'

/** What is stored of a visitor who refused when the page asked: less than an opt-out, since a later grant lifts it. */
export const DENIED = 'denied'
/** What is stored of a visitor who opted out. Whatever else is found there counts the same: a server may have set it. */
export const OPTED_OUT = 'opted_out'

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
 * What the visitor has refused to the whole site; empty when nothing. Read before every event, since another tab may have
 * been told.
 */
export function readRefusal(): string {
  return readCookies(OPTED_OUT_NAME)[0] ?? readLocal(OPTED_OUT_NAME) ?? ''
}

/**
 * Keeps a refusal, or takes it back when it is empty: as an empty cookie then, which tells subdomains whose `localStorage`
 * still has it.
 */
export function writeRefusal(config: Settings, refusal: string): void {
  if (readRefusal() !== refusal) replaceCookie(config, OPTED_OUT_NAME, refusal)
  writeLocal(OPTED_OUT_NAME, refusal)
}

/**
 * What the page has been told when it starts: by a signal of the browser, else by the site. `undefined` allows everything
 * without a word about consent in the events.
 */
export function initialConsent(config: Settings): Consent | undefined {
  const { consent, honorGpc = true, honorDnt } = config
  const { globalPrivacyControl, doNotTrack }: PrivacySignals = navigator
  if ((honorGpc && globalPrivacyControl) || (honorDnt && doNotTrack === '1')) return toConsent('denied')
  const told = consent && toConsent(consent)
  // The site knows of a grant that came after.
  if (told?.analytics && readRefusal() === DENIED) {
    removeCookies(config, OPTED_OUT_NAME)
    writeCookie(config, OPTED_OUT_NAME, '')
    writeLocal(OPTED_OUT_NAME, '')
  }
  return told
}
