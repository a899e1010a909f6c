import type { PlanId } from '../../plans.ts'
import type { Choices, Dice } from './random.ts'

/** Where a visitor is, as an edge in front of the collector would tell it. */
export interface Place {
  readonly country: string
  readonly region: string
  readonly city: string
  /** Ahead of UTC, in hours: people visit shops by day. */
  readonly aheadHours: number
}

/** What a visitor is known by once they have signed up. */
export interface Account {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly plan: PlanId
}

/** One browser of somebody. */
export interface Visitor {
  readonly anonymousId: string
  readonly userAgent: string
  readonly place: Place
}

const PLACES: Choices<Place> = [
  { weight: 9, country: 'US', region: 'NY', city: 'New York', aheadHours: -5 },
  { weight: 6, country: 'US', region: 'CA', city: 'San Francisco', aheadHours: -8 },
  { weight: 4, country: 'US', region: 'TX', city: 'Austin', aheadHours: -6 },
  { weight: 4, country: 'US', region: 'IL', city: 'Chicago', aheadHours: -6 },
  { weight: 7, country: 'DE', region: 'BE', city: 'Berlin', aheadHours: 1 },
  { weight: 4, country: 'DE', region: 'HH', city: 'Hamburg', aheadHours: 1 },
  { weight: 3, country: 'DE', region: 'BY', city: 'München', aheadHours: 1 },
  { weight: 6, country: 'GB', region: 'ENG', city: 'London', aheadHours: 0 },
  { weight: 2, country: 'GB', region: 'SCT', city: 'Edinburgh', aheadHours: 0 },
  { weight: 4, country: 'FR', region: 'IDF', city: 'Paris', aheadHours: 1 },
  { weight: 3, country: 'NL', region: 'NH', city: 'Amsterdam', aheadHours: 1 },
  { weight: 3, country: 'CA', region: 'ON', city: 'Toronto', aheadHours: -5 },
  { weight: 2, country: 'CH', region: 'ZH', city: 'Zürich', aheadHours: 1 },
  { weight: 2, country: 'SE', region: 'AB', city: 'Stockholm', aheadHours: 1 },
  { weight: 2, country: 'AU', region: 'NSW', city: 'Sydney', aheadHours: 11 },
  { weight: 2, country: 'JP', region: '13', city: 'Tokyo', aheadHours: 9 },
  { weight: 1, country: 'BR', region: 'SP', city: 'São Paulo', aheadHours: -3 },
  { weight: 1, country: 'IN', region: 'KA', city: 'Bengaluru', aheadHours: 5.5 },
]

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const CHROME = 'Chrome/142.0.0.0'
const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6'

const BROWSERS: Choices<Pick<Visitor, 'userAgent'>> = [
  { weight: 26, userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} ${CHROME} Safari/537.36` },
  { weight: 14, userAgent: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} ${CHROME} Safari/537.36` },
  { weight: 11, userAgent: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Safari/605.1.15` },
  {
    weight: 24,
    userAgent: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${APPLE} Mobile/15E148 Safari/604.1`,
  },
  { weight: 15, userAgent: `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} ${CHROME} Mobile Safari/537.36` },
  { weight: 5, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' },
  { weight: 4, userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} ${CHROME} Safari/537.36 Edg/142.0.0.0` },
  { weight: 3, userAgent: `Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) ${APPLE} Mobile/15E148 Safari/604.1` },
]

const BOTS: Choices<Pick<Visitor, 'userAgent'>> = [
  { weight: 6, userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
  { weight: 3, userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' },
  { weight: 3, userAgent: 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)' },
  { weight: 2, userAgent: 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)' },
]

const FIRST_NAMES = [
  'Ada',
  'Amara',
  'Anna',
  'Ben',
  'Carlos',
  'Chloé',
  'Daniel',
  'Elif',
  'Emma',
  'Felix',
  'Grace',
  'Hana',
  'Ines',
  'Jonas',
  'Kenji',
  'Lena',
  'Liam',
  'Mateo',
  'Maya',
  'Mina',
  'Noah',
  'Olga',
  'Priya',
  'Rosa',
  'Sam',
  'Sofia',
  'Theo',
  'Yara',
] as const

const LAST_NAMES = [
  'Almeida',
  'Bauer',
  'Brandt',
  'Carter',
  'Dubois',
  'Evans',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ito',
  'Jansen',
  'Keller',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  'Okafor',
  'Petrov',
  'Quinn',
  'Rossi',
  'Sato',
  'Tanaka',
  'Varga',
  'Weber',
  'Young',
] as const

const PLANS: Choices<Pick<Account, 'plan'>> = [
  { weight: 55, plan: 'regular' },
  { weight: 35, plan: 'taster' },
  { weight: 10, plan: 'office' },
]

export function drawVisitor(dice: Dice, anonymousId: string): Visitor {
  const { weight, ...place } = dice.weigh(PLACES)
  return { anonymousId, userAgent: dice.weigh(BROWSERS).userAgent, place }
}

/** A crawler from a data centre, which renders pages and so runs the SDK. */
export function drawBot(dice: Dice, anonymousId: string): Visitor {
  const place = { country: 'US', region: 'VA', city: 'Ashburn', aheadHours: 0 }
  return { anonymousId, userAgent: dice.weigh(BOTS).userAgent, place }
}

/** @param serial - Different for each account of a run: several people share a name. */
export function drawAccount(dice: Dice, userId: string, serial: number): Account {
  const [first, last] = [dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)]
  const address = `${first}.${last}`.normalize('NFD').replace(/\p{Mark}/gu, '')
  return {
    userId,
    name: `${first} ${last}`,
    email: `${address.toLowerCase()}${serial}@example.com`,
    plan: dice.weigh(PLANS).plan,
  }
}
