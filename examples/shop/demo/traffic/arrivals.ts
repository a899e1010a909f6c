import type { TrackEvent } from '@threadline/schema'

/** How somebody came to a page: what is in its address, and the page that linked to it. */
export type Arrival = Pick<TrackEvent, 'utm' | 'referrer' | 'clickIds'>

/** One way to the shop. */
export interface Way {
  readonly weight: number
  readonly arrival: Arrival
  /** Pages that it leads to. */
  readonly landing: readonly [string, ...string[]]
  /** How much likelier than others those who come this way are to buy. */
  readonly intent: number
}

const GUIDE = '/blog/how-to-brew-a-filter-coffee'
const ROAST = '/blog/light-or-dark-roast'
const GRIND = '/blog/a-grinder-that-lasts'

/** The shop's articles. */
export const ARTICLES = [GUIDE, ROAST, GRIND] as const

const WAYS: readonly [Way, ...Way[]] = [
  { weight: 25, arrival: {}, landing: ['/', '/', '/pricing'], intent: 1.1 },
  { weight: 22, arrival: { referrer: 'https://www.google.com/' }, landing: [GUIDE, ROAST, GRIND, '/'], intent: 0.7 },
  {
    weight: 9,
    arrival: {
      utm: { source: 'google', medium: 'cpc', campaign: 'beans-search', term: 'coffee subscription' },
      clickIds: { gclid: 'Cj0KCQ-demo' },
      referrer: 'https://www.google.com/',
    },
    landing: ['/', '/pricing'],
    intent: 1.8,
  },
  { weight: 4, arrival: { referrer: 'https://www.bing.com/' }, landing: [GUIDE, '/'], intent: 0.8 },
  { weight: 3, arrival: { referrer: 'https://duckduckgo.com/' }, landing: [GRIND, '/'], intent: 0.8 },
  { weight: 7, arrival: { referrer: 'https://l.instagram.com/' }, landing: ['/', ROAST], intent: 0.5 },
  {
    weight: 5,
    arrival: {
      utm: { source: 'instagram', medium: 'paid_social', campaign: 'latte-art', content: 'video-2' },
      referrer: 'https://l.instagram.com/',
    },
    landing: ['/', '/pricing'],
    intent: 0.9,
  },
  { weight: 3, arrival: { referrer: 'https://www.reddit.com/' }, landing: [GRIND, GUIDE], intent: 0.5 },
  { weight: 3, arrival: { referrer: 'https://www.youtube.com/' }, landing: [GUIDE, '/'], intent: 0.8 },
  {
    weight: 5,
    arrival: { utm: { source: 'chatgpt.com' }, referrer: 'https://chatgpt.com/' },
    landing: ['/', '/pricing', ROAST],
    intent: 1.5,
  },
  { weight: 2, arrival: { referrer: 'https://www.perplexity.ai/' }, landing: ['/', GUIDE], intent: 1.2 },
  { weight: 4, arrival: { referrer: 'https://home-barista.example/reviews' }, landing: ['/', '/pricing'], intent: 1.4 },
  {
    weight: 2,
    arrival: { utm: { source: 'beanfinder', medium: 'affiliate', campaign: 'partners' } },
    landing: ['/pricing'],
    intent: 1.6,
  },
]

const NEWSLETTER: Way = {
  weight: 0,
  arrival: { utm: { source: 'newsletter', medium: 'email', campaign: 'autumn-roasts' } },
  landing: ['/pricing', ROAST],
  intent: 1.6,
}

const FRONT_PAGE: Way = {
  weight: 0,
  arrival: { referrer: 'https://news.ycombinator.com/' },
  landing: [GRIND],
  intent: 0.2,
}

const TUESDAY = 2

/** Days before today on which an article was on everybody's front page. */
const FRONT_PAGE_DAY = 11

/** The ways on one day, and how many more visits than usual it has. */
export interface DayOfTraffic {
  readonly ways: readonly [Way, ...Way[]]
  readonly factor: number
}

/**
 * @param weekday - From 0, Sunday.
 * @param daysAgo - 0 is today.
 */
export function dayOfTraffic(weekday: number, daysAgo: number): DayOfTraffic {
  const isWeekend = weekday === 0 || weekday === 6
  const usual = isWeekend ? 0.62 : 1
  if (daysAgo === FRONT_PAGE_DAY) return { ways: [...WAYS, { ...FRONT_PAGE, weight: 80 }], factor: usual * 1.8 }
  if (weekday === TUESDAY) return { ways: [...WAYS, { ...NEWSLETTER, weight: 45 }], factor: usual * 1.4 }
  return { ways: [...WAYS, { ...NEWSLETTER, weight: 4 }], factor: usual }
}
