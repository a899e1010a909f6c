import type { DialectOptions } from '@threadline/collector'
import { z } from 'zod'
import { ORIGIN_SCHEMA, PROJECT_SCHEMA } from './config/access-schema.ts'
import { type ConfigFormat, checkConfig, readConfigFile } from './read-config-file.ts'

const project = PROJECT_SCHEMA.exactOptional()

/** {@link DialectOptions} as JSON. */
export const DIALECTS_SCHEMA = z.strictObject({
  funnelfizz: z
    .array(
      z.strictObject({
        cookie: z.string(),
        userId: z.string(),
        workspaceId: z.string(),
        siteId: z.string(),
        project,
      }),
    )
    .exactOptional(),
  servoki: z.array(z.strictObject({ apiKey: z.string(), site: z.string(), project })).exactOptional(),
  analyse: z.array(z.strictObject({ publicKey: z.string(), project })).exactOptional(),
  webAnalyzer: z.array(z.strictObject({ apiKey: z.string(), websiteId: z.int(), project })).exactOptional(),
  posthog: z.array(z.strictObject({ projectKey: z.string(), project })).exactOptional(),
  plausible: z.array(z.strictObject({ domain: z.string(), project })).exactOptional(),
  umami: z.array(z.strictObject({ websiteId: z.string(), project })).exactOptional(),
  visitorSecret: z.string().exactOptional(),
  segment: z
    .array(
      z.strictObject({
        writeKey: z.string(),
        kind: z.enum(['pk', 'sk']).exactOptional(),
        origins: z.array(ORIGIN_SCHEMA).exactOptional(),
        project,
      }),
    )
    .exactOptional(),
})

const DIALECTS: ConfigFormat<DialectOptions> = {
  name: 'dialects file',
  shape:
    'a JSON object with the credentials of funnelfizz, servoki, analyse, webAnalyzer, segment, posthog, plausible and umami, a list each',
  schema: DIALECTS_SCHEMA,
}

/**
 * The credentials under which clients of other services may send: {@link DialectOptions} as JSON, in a file or, where
 * there is none, in `THREADLINE_DIALECTS`. They are no arguments, because other users of the machine can see those.
 *
 * @throws CliError `usage`. Messages never repeat a credential.
 */
export async function readConfiguredDialects(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<DialectOptions> {
  if (file !== undefined) return await readConfigFile(file, DIALECTS)
  const text = env['THREADLINE_DIALECTS']
  return text ? checkConfig(text, 'THREADLINE_DIALECTS', DIALECTS) : {}
}
