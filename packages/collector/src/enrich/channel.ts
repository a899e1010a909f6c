import type { Utm } from '@threadline/schema'
import type { ChannelRules } from './channel-rules.ts'
import { type Site, type SiteKind, siteOfHost, siteOfSource } from './sites.ts'

/** The kinds of ways that lead to a site, as `docs/channels.md` has them. Rules of a project may name others. */
export const CHANNELS = [
  'direct',
  'internal',
  'organic_search',
  'paid_search',
  'organic_social',
  'paid_social',
  'organic_video',
  'paid_video',
  'organic_shopping',
  'paid_shopping',
  'ai_assistants',
  'display',
  'cross_network',
  'paid_other',
  'email',
  'affiliates',
  'referral',
  'audio',
  'sms',
  'push',
  'unassigned',
] as const

export type Channel = (typeof CHANNELS)[number]

/** What an event tells of how somebody came. */
export interface Arrival {
  readonly utm: Utm
  /** Names of the click ids that are there. */
  readonly clickIds: readonly string[]
  /** Host of the page elsewhere that linked here, in lower case. */
  readonly referrerHost: string | undefined
  /** The page before was one of the site itself, or one where visitors pay or sign in. */
  readonly isInternal: boolean
}

export interface Acquisition {
  /** One of {@link CHANNELS}, or what a rule of the project says. */
  readonly channel: string
  /** Where from: the well-known site's name, else the campaign's source, else the host that linked here. */
  readonly origin: string | undefined
}

interface ClickId {
  readonly site: string
  /** An advertisement has it; others are on every link. */
  readonly isPaid: boolean
}

const paid = (site: string): ClickId => ({ site, isPaid: true })
const unpaid = (site: string): ClickId => ({ site, isPaid: false })

/** The sites that add a click id of this name, from their own documentation. `fbclid` and `igshid` are on unpaid links too. */
const CLICK_IDS = new Map<string, ClickId>([
  ['gclid', paid('google')],
  ['gbraid', paid('google')],
  ['wbraid', paid('google')],
  ['dclid', paid('google')],
  ['msclkid', paid('bing')],
  ['yclid', paid('yandex')],
  ['ttclid', paid('tiktok')],
  ['twclid', paid('twitter')],
  ['li_fat_id', paid('linkedin')],
  ['rdt_cid', paid('reddit')],
  ['epik', paid('pinterest')],
  ['sccid', paid('snapchat')],
  ['fbclid', unpaid('facebook')],
  ['igshid', unpaid('instagram')],
])

// The expressions and lists of Google Analytics' default channel groups.
const PAID_MEDIUM = /cp|^ppc$|^retargeting$|^paid/
const DISPLAY_MEDIUMS = new Set(['display', 'banner', 'expandable', 'interstitial', 'cpm'])
const SOCIAL_MEDIUM = /^(?:sm|social(?:[- _](?:network|media))?)$/
const SHOPPING_CAMPAIGN = /(?:^|[^a-df-z])shop|shopping/
const EMAIL = /^(?:e[-_ ]?mail|newsletter)$/
const AFFILIATES = /^affiliates?$/
const PUSH_MEDIUM = /push$|mobile|notification/

const PAID_KINDS: { readonly [Kind in SiteKind]?: Channel } = {
  search: 'paid_search',
  social: 'paid_social',
  video: 'paid_video',
  shopping: 'paid_shopping',
}

const KINDS: { readonly [Kind in SiteKind]?: Channel } = {
  search: 'organic_search',
  social: 'organic_social',
  video: 'organic_video',
  shopping: 'organic_shopping',
  email: 'email',
  ai: 'ai_assistants',
}

/** Tells the way that led to a page, by a project's own rules first. Total: whatever the texts are, it answers. */
export function acquisitionOf(arrival: Arrival, rules: ChannelRules = () => undefined): Acquisition {
  const { utm, clickIds, referrerHost } = arrival
  const source = utm.source?.trim()
  const clicked = clickIds.flatMap((name) => CLICK_IDS.get(name.toLowerCase()) ?? [])
  const site = siteOf(source, clicked, referrerHost)
  const origin = site?.name ?? (source || referrerHost)
  const facts = {
    source: source?.toLowerCase() ?? '',
    medium: lowered(utm.medium),
    campaign: lowered(utm.campaign),
    referrer: referrerHost ?? '',
  }
  const ruled = rules(facts)
  if (ruled !== undefined) return { channel: ruled, origin }
  if (!hasSource(arrival)) return { channel: arrival.isInternal ? 'internal' : 'direct', origin: undefined }
  const isAd = clicked.some(({ isPaid }) => isPaid)
  return { channel: channelOf({ ...facts, kind: site?.kind, isAd, clickIds }), origin }
}

/** What the campaign says comes before the click id, and both before the page that linked here. */
function siteOf(source: string | undefined, clicked: readonly ClickId[], host: string | undefined): Site | undefined {
  if (source) return siteOfSource(source)
  const [first] = clicked
  if (first) return siteOfSource(first.site)
  return host === undefined ? undefined : siteOfHost(host)
}

function hasSource({ utm, clickIds, referrerHost }: Arrival): boolean {
  const isSaid = Object.values(utm).some((value) => value?.trim())
  // Google Analytics' own word for none.
  const isDirect =
    /^\(?direct\)?$/i.test(utm.source?.trim() ?? '') && /^$|^\((?:none|not set)\)$/.test(utm.medium ?? '')
  return (isSaid && !isDirect) || clickIds.length > 0 || referrerHost !== undefined
}

interface Facts {
  readonly source: string
  readonly medium: string
  readonly campaign: string
  readonly referrer: string
  readonly kind: SiteKind | undefined
  readonly isAd: boolean
  readonly clickIds: readonly string[]
}

function channelOf(facts: Facts): Channel {
  const { source, medium, campaign, referrer, kind } = facts
  if (campaign.includes('cross-network')) return 'cross_network'
  const bought = boughtChannel(facts)
  if (bought) return bought
  const said = saidChannel(medium)
  if (said) return said
  const ofKind = kind && KINDS[kind]
  if (ofKind) return ofKind
  if (EMAIL.test(source)) return 'email'
  if (source === 'sms') return 'sms'
  if (source === 'firebase') return 'push'
  if (medium === 'organic') return 'organic_search'
  if (SHOPPING_CAMPAIGN.test(campaign)) return 'organic_shopping'
  if (/^(?:referral|app|link)$/.test(medium) || referrer !== '' || kind !== undefined) return 'referral'
  return 'unassigned'
}

/** What was paid for: its medium says so, or its click id where no medium says otherwise. */
function boughtChannel({ medium, campaign, kind, isAd, clickIds }: Facts): Channel | undefined {
  const isFree = /^(?:organic|referral)$/.test(medium) || saidChannel(medium) !== undefined
  const isPaid = PAID_MEDIUM.test(medium) || (isAd && !isFree)
  if (isPaid && medium === '' && clickIds.includes('dclid')) return 'display'
  if (isPaid && SHOPPING_CAMPAIGN.test(campaign)) return 'paid_shopping'
  const ofKind = isPaid && kind ? PAID_KINDS[kind] : undefined
  if (ofKind) return ofKind
  if (DISPLAY_MEDIUMS.has(medium)) return 'display'
  return isPaid ? 'paid_other' : undefined
}

/** Media that say the channel themselves, whichever site it was. */
function saidChannel(medium: string): Channel | undefined {
  if (EMAIL.test(medium)) return 'email'
  if (AFFILIATES.test(medium)) return 'affiliates'
  if (SOCIAL_MEDIUM.test(medium)) return 'organic_social'
  if (medium.includes('video')) return 'organic_video'
  if (medium === 'audio') return 'audio'
  if (medium === 'sms') return 'sms'
  return PUSH_MEDIUM.test(medium) ? 'push' : undefined
}

function lowered(text: string | undefined): string {
  return text?.trim().toLowerCase() ?? ''
}
