import { isWithin } from '@threadline/schema'

/**
 * A rule of a project: whoever came in such a way came by this channel. All of what is given must match, in any case; `*` stands
 * for any text.
 */
export interface ChannelRule {
  /** The channel's name, one of the known or your own: 1 to 64 characters. */
  readonly channel: string
  /** `utm.source`. */
  readonly source?: string
  /** `utm.medium`. */
  readonly medium?: string
  /** `utm.campaign`. */
  readonly campaign?: string
  /** Host of the page elsewhere that linked here: a domain, with all below it, or a pattern with `*`. */
  readonly referrer?: string
}

/** What rules look at, in lower case; empty where there is nothing. */
export interface RuleFacts {
  readonly source: string
  readonly medium: string
  readonly campaign: string
  readonly referrer: string
}

/** The channel of the first rule that matches. */
export type ChannelRules = (facts: RuleFacts) => string | undefined

const FACTS = ['source', 'medium', 'campaign', 'referrer'] as const

/** @throws TypeError for a rule without a condition, or whose channel has no usable name. */
export function compileChannelRules(rules: readonly ChannelRule[]): ChannelRules {
  const compiled = rules.map((rule) => ({ channel: rule.channel, matches: compile(rule) }))
  return (facts) => compiled.find(({ matches }) => matches(facts))?.channel
}

function compile(rule: ChannelRule): (facts: RuleFacts) => boolean {
  const { channel } = rule
  if (channel.trim() === '' || channel.length > 64) throw new TypeError('a channel has a name of 1 to 64 characters')
  const tests = FACTS.flatMap((fact) => {
    const given = rule[fact]?.trim().toLowerCase()
    if (given === undefined) return []
    const matches = fact === 'referrer' && !given.includes('*') ? below(given) : pattern(given)
    return [(facts: RuleFacts) => matches(facts[fact])]
  })
  if (tests.length === 0) {
    throw new TypeError(`the rule of channel ${channel} needs a condition: source, medium, campaign or referrer`)
  }
  return (facts) => tests.every((matches) => matches(facts))
}

function below(domain: string): (host: string) => boolean {
  return (host) => host !== '' && isWithin(host, domain)
}

/** Looks for the parts between the stars one after the other: in time proportional to the text, whatever the pattern. */
function pattern(given: string): (text: string) => boolean {
  const [first = '', ...rest] = given.split('*')
  const last = rest.pop()
  if (last === undefined) return (text) => text === first
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
    const until = text.length - last.length
    let from = first.length
    for (const part of rest) {
      const found = text.indexOf(part, from)
      if (found === -1 || found + part.length > until) return false
      from = found + part.length
    }
    return true
  }
}
