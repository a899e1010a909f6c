import type { Visitor } from '../../packages/collector/src/enrich/derived.ts'

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'
const SAFARI = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6'

const USER_AGENTS = [
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${SAFARI} Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI} Safari/605.1.15`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/142.0.0.0`,
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
]

const COUNTRIES = ['US', 'DE', 'GB', 'FR', 'AT', 'IN', 'BR', 'JP']

const CHROMIUM_HINTS = '"Chromium";v="142", "Google Chrome";v="142", "Not?A_Brand";v="99"\n?0\n"Windows"'

/** What the requests of different visitors tell: the same for the same number. */
export function visitorOf(number: number): Visitor {
  const userAgent = USER_AGENTS[number % USER_AGENTS.length] ?? ''
  const country = COUNTRIES[number % COUNTRIES.length] ?? 'US'
  return { userAgent, place: { country }, ...(userAgent.includes('Chrome') && { clientHints: CHROMIUM_HINTS }) }
}
