import { createHash } from 'node:crypto'
import type { TrackEvent } from '@threadline/schema'
import { arrivalOf, hostOf, touchOf } from '../touch.ts'
import { createAgentReader } from './agent.ts'
import { AUTOMATED } from './bots.ts'
import { acquisitionOf } from './channel.ts'
import { type ChannelRule, type ChannelRules, compileChannelRules } from './channel-rules.ts'
import type { Derive, Place, Visitor } from './derived.ts'
import { MAX_USER_AGENT } from './visitor.ts'

/**
 * The version of what is derived from an event. It is raised with whatever changes what comes out: tables, lists, libraries, rules of
 * ours. What is stored with an earlier one can be derived anew.
 */
const ENRICHMENT_VERSION = 1

/** What a project says about itself. */
export interface ProjectEnrichment {
  /**
   * Which channel somebody came by, where that is not as the table has it. The first that matches counts.
   *
   * @defaultValue none: the table alone
   */
  readonly channels?: readonly ChannelRule[]
  /**
   * Domains of yours besides the one that a page is on, each with all below it: from there nobody comes anew.
   *
   * @defaultValue none
   */
  readonly domains?: readonly string[]
}

export interface EnrichmentOptions {
  /** @defaultValue none has rules or domains */
  readonly projects?: { readonly [project: string]: ProjectEnrichment } | undefined
  /** Where an address is. @defaultValue nobody knows */
  readonly lookup?: ((address: string) => Place | undefined) | undefined
}

export interface Enrichment {
  readonly derive: Derive
  /** A number for what events of a project are derived by: the version, and the rules and domains of the project. */
  revision(project: string): number
}

interface Project {
  readonly revision: number
  readonly rules: ChannelRules
  readonly domains: readonly string[]
}

const NO_RULES: Project = { revision: ENRICHMENT_VERSION << 16, rules: () => undefined, domains: [] }

/** Longest text that a column has, in characters. Of what is longer the beginning counts. */
const MAX_TEXT = 500
const MAX_NAME = 64

/** @throws TypeError for a malformed rule of a channel. */
export function createEnrichment({ projects = {}, lookup = () => undefined }: EnrichmentOptions = {}): Enrichment {
  const readAgent = createAgentReader()
  const known = new Map<string, Project>()
  for (const [name, { channels = [], domains = [] }] of Object.entries(projects)) {
    const revision = NO_RULES.revision + hashOf([channels, domains])
    known.set(name, { revision, rules: compileChannelRules(channels), domains })
  }

  function agentOf({ context = {} }: TrackEvent, visitor: Partial<Visitor>) {
    // What a server's event says may be of any length, and would be searched for hundreds of names.
    const userAgent = (context.userAgent ?? visitor.userAgent)?.slice(0, MAX_USER_AGENT)
    const agent = userAgent ? readAgent(userAgent, visitor.clientHints) : undefined
    return {
      device: (context.automated ? 'bot' : agent?.device) ?? null,
      browser: text(agent?.browser, MAX_NAME),
      os: text(agent?.os, MAX_NAME),
      bot: (context.automated ? AUTOMATED : agent?.bot) ?? null,
    }
  }

  function placeColumns({ context = {} }: TrackEvent, visitor: Partial<Visitor>) {
    const address = context.ip ?? visitor.address
    // An address that the event names is not the one that the edge has seen.
    const told = context.ip === undefined ? visitor.place : undefined
    const { country, region, city } = told ?? (address ? lookup(address) : undefined) ?? {}
    return { country: country ?? null, region: text(region), city: text(city) }
  }

  return {
    derive(event, { project, visitor = {} }) {
      const own = known.get(project) ?? NO_RULES
      return {
        ...arrivalColumns(event, own),
        ...agentOf(event, visitor),
        ...placeColumns(event, visitor),
        enriched: own.revision,
      }
    },
    revision: (project) => (known.get(project) ?? NO_RULES).revision,
  }
}

/** 16 bits of a hash; the version stands above them. */
function hashOf(value: unknown): number {
  return createHash('sha256').update(JSON.stringify(value)).digest().readUInt16BE()
}

function arrivalColumns(event: TrackEvent, { rules, domains }: Project) {
  const touch = touchOf(event, domains)
  const { utm = {}, referrer } = event
  const referrerHost = hostOf(touch.referrer ?? undefined)
  const tellsPage = touch.path !== null || event.url !== undefined || arrivalOf(touch) > 0
  const { channel, origin } = tellsPage
    ? acquisitionOf(
        {
          utm,
          clickIds: Object.keys(touch.clickIds ?? {}),
          referrerHost,
          isInternal: referrerHost === undefined && hostOf(referrer) !== undefined,
        },
        rules,
      )
    : {}
  return {
    source: text(utm.source),
    medium: text(utm.medium),
    campaign: text(utm.campaign),
    origin: text(origin),
    referrer_host: text(referrerHost),
    channel: channel ?? null,
    path: columnText(touch.path ?? undefined),
    arrival: arrivalOf(touch),
  }
}

function text(value: string | undefined, limit: number = MAX_TEXT): string | null {
  return columnText(value?.slice(0, limit))
}

/** NUL, or a surrogate, with or without its other half. */
const ODD = /[\0\ud800-\udfff]/

/** PostgreSQL stores neither NUL nor half a surrogate pair; the body, being JSON text, has them escaped. */
export function columnText(value: string | undefined): string | null {
  if (value === undefined) return null
  return ODD.test(value) ? Buffer.from(value).toString().replaceAll('\0', '') : value
}
