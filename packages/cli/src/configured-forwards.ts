import type { ForwardOptions } from '@threadline/collector'
import {
  amplitude,
  analyse,
  funnelfizz,
  ga4,
  millimetric,
  mixpanel,
  plausible,
  posthog,
  segment,
  servoki,
  threadline,
  webAnalyzer,
} from '@threadline/destinations'
import { z } from 'zod'
import { usageError } from './cli-error.ts'

/** A text, or the variable of the environment that holds it. */
const text = z.union([
  z.string().min(1),
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'it is the name of a variable')
      .describe('Variable of the environment that holds the value.'),
  }),
])

const baseUrl = text.exactOptional()

/** What each destination takes, as its own documentation has it. */
const OPTIONS = {
  amplitude: z.strictObject({ apiKey: text, baseUrl, groupType: text.exactOptional() }),
  analyse: z.strictObject({ publicKey: text, baseUrl }),
  funnelfizz: z.strictObject({ baseUrl: text, cookie: text, workspaceId: text, siteId: text }),
  ga4: z.strictObject({ measurementId: text, apiSecret: text, baseUrl }),
  millimetric: z.strictObject({ key: text, baseUrl }),
  mixpanel: z.strictObject({ token: text, baseUrl, groupKey: text.exactOptional() }),
  plausible: z.strictObject({ domain: text, baseUrl, sendEventId: z.boolean().exactOptional() }),
  posthog: z.strictObject({ key: text, baseUrl, groupType: text.exactOptional() }),
  segment: z.strictObject({
    writeKey: text,
    baseUrl,
    consentCategories: z
      .strictObject({ analytics: z.string().exactOptional(), ads: z.string().exactOptional() })
      .exactOptional(),
  }),
  servoki: z.strictObject({ apiKey: text, site: text, baseUrl }),
  threadline: z.strictObject({ host: text, key: text }),
  webAnalyzer: z.strictObject({ apiKey: text, websiteId: z.int(), baseUrl, sendEventId: z.boolean().exactOptional() }),
}

const NAME = /^[\w.-]{1,64}$/

const COMMON = {
  name: z
    .string()
    .regex(NAME, 'a name is 1 to 64 of A-Z a-z 0-9 _ . -')
    .describe('What it is called, once in a project. Default: the service.')
    .exactOptional(),
  project: z
    .string()
    .regex(NAME, 'a project is 1 to 64 of A-Z a-z 0-9 _ . -')
    .describe('Whose events. Default: default.')
    .exactOptional(),
  events: z
    .array(z.string().min(1))
    .min(1)
    .describe('Names of the events that go there. Default: all.')
    .exactOptional(),
  from: z
    .string()
    .regex(/^(now|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?)$/, 'it is now, a day, or an instant in UTC')
    .describe(
      'Where it begins the first time: now, or with the events that happened since a day (2026-01-31). Default: now.',
    )
    .exactOptional(),
  consent: z
    .enum(['analytics', 'ads'])
    .describe('ads: only events of people who have agreed to advertising. Default: analytics.')
    .exactOptional(),
}

const to = <Service extends keyof typeof OPTIONS>(service: Service) =>
  z.strictObject({ to: z.literal(service), options: OPTIONS[service], ...COMMON })

/** The destinations of `forward`, as JSON. */
export const FORWARDS_SCHEMA = z.array(
  z.discriminatedUnion('to', [
    to('amplitude'),
    to('analyse'),
    to('funnelfizz'),
    to('ga4'),
    to('millimetric'),
    to('mixpanel'),
    to('plausible'),
    to('posthog'),
    to('segment'),
    to('servoki'),
    to('threadline'),
    to('webAnalyzer'),
  ]),
)

type ConfiguredForward = z.infer<typeof FORWARDS_SCHEMA>[number]

/**
 * Makes the destinations. Values that the file leaves to the environment are read from there.
 *
 * @throws CliError `usage` when a variable is not set, or a destination refuses its options. No value is repeated.
 */
export function configuredForwards(
  forwards: readonly ConfiguredForward[],
  env: NodeJS.ProcessEnv,
): readonly ForwardOptions[] {
  return forwards.map((forward, index) => {
    const { to: _, options: __, ...common } = forward
    try {
      return { destination: destinationOf(forward, env), ...common }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      throw usageError(`forward.${index}: ${error.message}`, { cause: error })
    }
  })
}

type Text = z.infer<typeof text>

/** Options as a destination takes them: every variable is its value. */
type Resolved<Options> = { [Name in keyof Options]: Options[Name] extends Text | undefined ? string : Options[Name] }

function destinationOf(forward: ConfiguredForward, env: NodeJS.ProcessEnv) {
  const read = <Options extends object>(options: Options) => resolved(options, env)
  switch (forward.to) {
    case 'amplitude':
      return amplitude(read(forward.options))
    case 'analyse':
      return analyse(read(forward.options))
    case 'funnelfizz':
      return funnelfizz(read(forward.options))
    case 'ga4':
      return ga4(read(forward.options))
    case 'millimetric':
      return millimetric(read(forward.options))
    case 'mixpanel':
      return mixpanel(read(forward.options))
    case 'plausible':
      return plausible(read(forward.options))
    case 'posthog':
      return posthog(read(forward.options))
    case 'segment':
      return segment(read(forward.options))
    case 'servoki':
      return servoki(read(forward.options))
    case 'threadline':
      return threadline(read(forward.options))
    case 'webAnalyzer':
      return webAnalyzer(read(forward.options))
  }
}

function resolved<Options extends object>(options: Options, env: NodeJS.ProcessEnv): Resolved<Options> {
  const entries = Object.entries(options).map(([name, value]) => [
    name,
    isVariable(value) ? variable(value.env, env) : value,
  ])
  return Object.fromEntries(entries)
}

function isVariable(value: unknown): value is { readonly env: string } {
  return typeof value === 'object' && value !== null && 'env' in value
}

function variable(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name]
  if (value) return value
  throw new TypeError(`the environment has no ${name}`)
}
