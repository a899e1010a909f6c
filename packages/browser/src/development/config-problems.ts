import type { BrowserConfig } from '../contract/config.ts'
import { attempt } from '../platform/attempt.ts'
import { quote } from './quote.ts'

/** Where a page is, as far as its configuration depends on it. */
export interface PagePlace {
  readonly protocol: string
  readonly hostname: string
}

/** `localhost` and addresses of this machine: browsers let secure pages load from there. */
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.+\.localhost)$/

function keyProblem({ key: given }: BrowserConfig): string | undefined {
  const key = given?.trim()
  if (!key) return `key is ${quote(given)}. Pass the collector's public key, pk_…`
  if (key.startsWith('sk_')) {
    return 'an sk_ key is secret, and everybody can read it in a page. Use the pk_ key, and replace this one: it has been public.'
  }
  if (key.startsWith('rk_')) return 'an rk_ key reads and cannot send. Use the pk_ key.'
  if (!key.startsWith('pk_')) return `key is ${quote(key)}, which is no public key. Those start with pk_.`
  return undefined
}

function hostProblem({ host }: BrowserConfig, page: PagePlace): string | undefined {
  if (!host) return `host is ${quote(host)}. Pass the collector's address, or a path that leads to it: '/t'.`
  if (host.startsWith('/')) return undefined
  const url = /^https?:/.test(host) ? attempt(() => new URL(host)) : undefined
  if (!url) {
    return `host is ${quote(host)}, which a browser takes for a path below this page. Write https:// in front, or / for a path.`
  }
  if (page.protocol === 'https:' && url.protocol === 'http:' && !LOCAL.test(url.hostname)) {
    return `host is ${quote(host)}, and browsers block http: from a page with https:. Use https:, or a path of the site.`
  }
  return undefined
}

/** Every option: one that is missing here is a type error. */
const NAMES: { readonly [Option in keyof Required<BrowserConfig>]: true } = {
  adoptIds: true,
  consent: true,
  cookieDomain: true,
  cookieMaxAgeDays: true,
  cookieName: true,
  cookieSameSite: true,
  destination: true,
  events: true,
  flushAt: true,
  flushIntervalMs: true,
  honorDnt: true,
  honorGpc: true,
  host: true,
  key: true,
  onCapture: true,
  onDrop: true,
  onError: true,
  pageviews: true,
  parts: true,
  storageKey: true,
}

function unknownProblem(config: BrowserConfig): string | undefined {
  const name = Object.keys(config).find((option) => !Object.hasOwn(NAMES, option))
  if (name === undefined) return undefined
  const meant = Object.keys(NAMES).find((known) => isAlike(known.toLowerCase(), name.toLowerCase()))
  return meant === undefined ? `there is no option ${name}.` : `there is no option ${name}. Did you mean ${meant}?`
}

/** One begins with the other, as `flushInterval` and `flushIntervalMs`. */
function isAlike(known: string, name: string): boolean {
  return name.length > 3 && (known.startsWith(name) || name.startsWith(known))
}

/** What is wrong with the configuration of a client that is about to start, in sentences. */
export function configProblems(config: BrowserConfig, page: PagePlace): string[] {
  const { destination, flushAt, flushIntervalMs } = config
  if (destination?.secret) {
    return [
      `the key of ${destination.name} is secret, and everybody can read it in a page. Send these events from a server, and replace the key.`,
    ]
  }
  return [
    ...(destination ? [] : [keyProblem(config), hostProblem(config, page)]),
    unknownProblem(config),
    flushAt !== undefined && !(flushAt >= 1)
      ? `flushAt is a number of events from 1, got ${quote(flushAt)}.`
      : undefined,
    flushIntervalMs !== undefined && !(flushIntervalMs >= 0)
      ? `flushIntervalMs is a time in milliseconds, got ${quote(flushIntervalMs)}.`
      : undefined,
  ].filter((problem) => problem !== undefined)
}
