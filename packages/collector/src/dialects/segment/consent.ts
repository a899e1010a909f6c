import type { Consent } from '@threadline/schema'
import { isObject } from '../json-members.ts'
import { type Members, take, within } from '../members.ts'

/**
 * What the categories of consent tools are here, in lower case: the names of Segment's own example, those that tools propose, and
 * OneTrust's numbers. A workspace can call its categories anything else, which then says nothing here.
 *
 * @see https://segment.com/docs/privacy/consent-management/
 * @see https://developer.onetrust.com/onetrust/docs/cookie-categories
 */
const CATEGORIES: ReadonlyMap<string, keyof Consent> = new Map([
  ['analytics', 'analytics'],
  ['performance', 'analytics'],
  ['statistics', 'analytics'],
  ['measurement', 'analytics'],
  ['c0002', 'analytics'],
  ['advertising', 'ads'],
  ['ads', 'ads'],
  ['marketing', 'ads'],
  ['targeting', 'ads'],
  ['c0004', 'ads'],
])

const categoryOf = (name: string) => CATEGORIES.get(name.trim().toLowerCase())

/** One category that a visitor has allowed or not. */
type Answer = readonly [category: keyof Consent, isAllowed: boolean]

/**
 * What a message's context says of consent: Segment's `consent.categoryPreferences`, RudderStack's `consentManagement`. Where two
 * categories are the same here, a no counts.
 */
export function takeConsent(context: Members): Consent | undefined {
  const answers = [...takePreferences(within(within(context, 'consent'), 'categoryPreferences')), ...idsOf(context)]
  if (answers.length === 0) return undefined
  const consent: { analytics?: boolean; ads?: boolean } = {}
  for (const [category, isAllowed] of answers) consent[category] = isAllowed && consent[category] !== false
  return consent
}

/** `{ Advertising: true, Analytics: false }`. Categories that are not known here stay. */
function takePreferences(preferences: Members): readonly Answer[] {
  return Object.keys(preferences.source).flatMap((name): readonly Answer[] => {
    const category = categoryOf(name)
    const isAllowed = category && take(preferences, name, (value) => typeof value === 'boolean')
    return category === undefined || isAllowed === undefined ? [] : [[category, isAllowed]]
  })
}

/**
 * `{ allowedConsentIds: ['C0002'], deniedConsentIds: ['C0004'] }`. It stays where it is: the ids are those of a consent tool, and most say
 * nothing here.
 *
 * @see https://www.rudderstack.com/docs/data-governance/consent-management/
 */
function idsOf(context: Members): readonly Answer[] {
  const management = context.source['consentManagement']
  if (!isObject(management)) return []
  const { allowedConsentIds: allowed, deniedConsentIds: denied } = management
  return [...answersOf(allowed, true), ...answersOf(denied, false)]
}

function answersOf(ids: unknown, isAllowed: boolean): readonly Answer[] {
  if (!Array.isArray(ids)) return []
  return ids.flatMap((id: unknown): readonly Answer[] => {
    const category = typeof id === 'string' ? categoryOf(id) : undefined
    return category === undefined ? [] : [[category, isAllowed]]
  })
}
