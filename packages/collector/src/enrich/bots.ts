import { isbot } from 'isbot'

/** What is written in place of a name that is not among the well-known: names are counted, and anybody can make one up. */
const OTHER = 'Other'

/** A browser under automation that says so by itself. */
export const AUTOMATED = 'Automated browser'

/** Those that a site sees most, by a part of their user agent in lower case; the first that is there counts. */
const KNOWN: readonly (readonly [part: string, name: string])[] = [
  ['headlesschrome', AUTOMATED],
  ['phantomjs', AUTOMATED],
  ['playwright', AUTOMATED],
  ['puppeteer', AUTOMATED],
  ['selenium', AUTOMATED],
  ['cypress', AUTOMATED],
  ['googlebot', 'Googlebot'],
  ['adsbot-google', 'Google AdsBot'],
  ['google-inspectiontool', 'Google Inspection Tool'],
  ['googleother', 'GoogleOther'],
  ['chrome-lighthouse', 'Lighthouse'],
  ['bingbot', 'Bingbot'],
  ['bingpreview', 'Bing Preview'],
  ['duckduckbot', 'DuckDuckBot'],
  ['yandex', 'Yandex'],
  ['baiduspider', 'Baiduspider'],
  ['applebot', 'Applebot'],
  ['petalbot', 'PetalBot'],
  ['seznambot', 'SeznamBot'],
  ['gptbot', 'GPTBot'],
  ['oai-searchbot', 'OAI-SearchBot'],
  ['chatgpt-user', 'ChatGPT-User'],
  ['claudebot', 'ClaudeBot'],
  ['claude-user', 'Claude-User'],
  ['claude-searchbot', 'Claude-SearchBot'],
  ['perplexitybot', 'PerplexityBot'],
  ['perplexity-user', 'Perplexity-User'],
  ['ccbot', 'CCBot'],
  ['bytespider', 'Bytespider'],
  ['amazonbot', 'Amazonbot'],
  ['meta-externalagent', 'Meta'],
  ['facebookexternalhit', 'Facebook preview'],
  ['twitterbot', 'X preview'],
  ['linkedinbot', 'LinkedIn preview'],
  ['slackbot', 'Slack preview'],
  ['discordbot', 'Discord preview'],
  ['telegrambot', 'Telegram preview'],
  ['whatsapp', 'WhatsApp preview'],
  ['pinterest', 'Pinterest'],
  ['ahrefs', 'Ahrefs'],
  ['semrush', 'Semrush'],
  ['mj12bot', 'MJ12bot'],
  ['dotbot', 'DotBot'],
  ['uptimerobot', 'UptimeRobot'],
  ['pingdom', 'Pingdom'],
  ['statuscake', 'StatusCake'],
  ['datadog', 'Datadog'],
]

/** The bot that a user agent names: by name where it is well-known. Undefined for what people use. */
export function botOf(userAgent: string): string | undefined {
  if (!isbot(userAgent)) return undefined
  const text = userAgent.toLowerCase()
  return KNOWN.find(([part]) => text.includes(part))?.[1] ?? OTHER
}
