import Bowser from 'bowser'
import { botOf } from './bots.ts'

export const DEVICES = ['desktop', 'mobile', 'tablet', 'tv', 'bot', 'other'] as const

export type Device = (typeof DEVICES)[number]

/** What somebody visits with. */
export interface Agent {
  readonly device: Device
  /** Undefined where the user agent names none that is known. */
  readonly browser: string | undefined
  readonly os: string | undefined
  /** The bot's name; undefined for people. */
  readonly bot: string | undefined
}

/** Different ones that are remembered: what a busy site sees in an hour, in some megabytes. */
const MOST_REMEMBERED = 5_000

/** Televisions and consoles that the library takes for something else. */
const TV =
  /smart-?tv|\btv\b|hbbtv|appletv|googletv|bravia|web0s|netcast|roku|crkey|aft[a-z]{1,4} build|playstation|xbox|nintendo/i

/**
 * Reads what a user agent and client hints tell. Sites see few different ones, so that most are found among the last that were read.
 *
 * @returns a function of the user agent, which is not empty, and of client hints as {@link clientHintsOf} gives them.
 */
export function createAgentReader(): (userAgent: string, clientHints?: string) => Agent {
  const known = new Map<string, Agent>()

  return (userAgent, clientHints = '') => {
    const key = `${userAgent}\n${clientHints}`
    const found = known.get(key)
    if (found) {
      // Moves to the end: what was used longest ago is at the beginning.
      known.delete(key)
      known.set(key, found)
      return found
    }
    const agent = readAgent(userAgent, clientHints)
    known.set(key, agent)
    if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value ?? '')
    return agent
  }
}

function readAgent(userAgent: string, clientHints: string): Agent {
  const { browser, os, platform } = Bowser.parse(userAgent, readHints(clientHints))
  const bot = botOf(userAgent)
  const type = TV.test(userAgent) ? 'tv' : platform.type
  return {
    device: bot === undefined ? deviceOf(type) : 'bot',
    browser: browser.name || undefined,
    os: os.name || undefined,
    bot,
  }
}

function deviceOf(type: string | undefined): Device {
  return DEVICES.find((device) => device === type) ?? 'other'
}

const HINT_HEADERS = ['sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform'] as const

/** Longest text of hints that is kept, in characters. Honest ones have about 120. */
const MAX_HINTS = 400

/** The client hints that browsers send unasked, one header a line; undefined when there are none. */
export function clientHintsOf(header: (name: string) => string | undefined): string | undefined {
  const lines = HINT_HEADERS.map((name) => header(name) ?? '')
  return lines[0] === '' ? undefined : lines.join('\n').slice(0, MAX_HINTS)
}

function readHints(text: string): Bowser.ClientHints {
  const [brands = '', mobile, platform] = text.split('\n')
  return {
    brands: Array.from(brands.matchAll(/"([^"]*)";\s*v="([^"]*)"/g), ([, brand = '', version = '']) => ({
      brand,
      version,
    })),
    mobile: mobile === '?1',
    ...(platform && { platform: platform.replaceAll('"', '') }),
  }
}
