import { ThreadlineError } from '@threadline/core'
import { type Consent, OPTED_OUT_NAME } from '@threadline/schema'
import type { Emit } from '../contract/hooks.ts'
import type { ConsentChoice, Settings } from '../contract/settings.ts'
import { attempt } from '../platform/attempt.ts'
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

const ANSWERS: ReadonlyMap<unknown, boolean | undefined> = new Map([
  ['granted', true],
  ['denied', false],
  ['pending', undefined],
])

/**
 * Purpose by purpose; absent means undecided. So does whatever is neither yes nor no, as a banner's storage may hold it: an
 * answer is never guessed, and `emit` says so.
 *
 * @param isSignalled - The browser says no, to the sale and sharing of data: a yes to everything is none to `ads`, only one that
 * names them.
 */
export function toConsent(choice: ConsentChoice, emit: Emit, isSignalled = false): Consent {
  const given: { readonly [Purpose in keyof Consent]: unknown } = Object(choice)
  const all = ANSWERS.get(choice)
  let isAnswer = ANSWERS.has(choice) || given === choice
  const [analytics, ads] = [given.analytics, given.ads].map((answer, isAds) => {
    if (typeof answer === 'boolean') return answer
    isAnswer &&= answer === undefined
    return isAds && isSignalled ? false : all
  })
  if (!isAnswer) {
    const got = attempt(() => JSON.stringify(choice))
    emit('failed', new ThreadlineError('invalid_config', `consent: ${got} counts as undecided`))
  }
  return { analytics, ads }
}

/** Whether the browser says that its user does not want to be tracked, and the site is to hear it. */
export function hasSignal({ honorGpc = true, honorDnt }: Settings): boolean | undefined {
  const { globalPrivacyControl, doNotTrack }: PrivacySignals = navigator
  return (honorGpc && globalPrivacyControl) || (honorDnt && doNotTrack === '1')
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
 * What the page has been told when it starts: by the site, else by a signal of the browser. `undefined` allows everything
 * without a word about consent in the events.
 */
export function initialConsent(config: Settings, emit: Emit): Consent | undefined {
  const isSignalled = hasSignal(config)
  const { consent = isSignalled ? 'denied' : undefined } = config
  if (consent === undefined) return undefined
  const told = toConsent(consent, emit, isSignalled)
  // The site knows of a grant that came after.
  if (told.analytics && readRefusal() === DENIED) {
    removeCookies(config, OPTED_OUT_NAME)
    writeCookie(config, OPTED_OUT_NAME, '')
    writeLocal(OPTED_OUT_NAME, '')
  }
  return told
}
