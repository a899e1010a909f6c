import { z } from 'zod'
import { DIALECTS_SCHEMA } from '../configured-dialects.ts'
import { FORWARDS_SCHEMA } from '../configured-forwards.ts'
import { KEYS_SCHEMA } from '../configured-keys.ts'
import { PROJECT_SCHEMA } from './access-schema.ts'
import { ALERTS_SCHEMA } from './alerts-schema.ts'
import { PLACE_HEADERS_SCHEMA, PROJECT_ENRICHMENT_SCHEMA } from './enrichment-schema.ts'

/** As long as the tables of events go back. */
const days = z.int().min(1).max(999_999_999)

const OPTIONS = z.strictObject({
  $schema: z.string().describe('Where this schema is, for editors.').exactOptional(),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .describe('Port to listen on, 0 for any free one. Default: 4318, or a free one when that is taken.')
    .exactOptional(),
  host: z
    .string()
    .min(1)
    .describe('Address to listen on. Default: 127.0.0.1; 0.0.0.0 is every network of this machine.')
    .exactOptional(),
  trustedProxies: z
    .int()
    .min(0)
    .max(999_999_999)
    .describe('Proxies of yours that append to X-Forwarded-For. Default: 0.')
    .exactOptional(),
  dataDir: z
    .string()
    .min(1)
    .describe(
      'Folder of the embedded database, from the folder of this file. Default: .threadline where it is started.',
    )
    .exactOptional(),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'it begins with postgres:// or postgresql://')
    .describe('PostgreSQL to use in place of the embedded database: postgres://user:password@host:port/database.')
    .exactOptional(),
  citus: z
    .boolean()
    .describe(
      'Whether databaseUrl is the coordinator of a Citus, over whose workers the tables are spread. Default: false.',
    )
    .exactOptional(),
  retentionDays: days.describe('Events that are older are removed. Default: all are kept.').exactOptional(),
  projectRetentionDays: z
    .record(PROJECT_SCHEMA, days)
    .describe('The same for single projects, shorter or longer than for the others.')
    .exactOptional(),
  alerts: ALERTS_SCHEMA.describe('Whom to tell by webhook that something is wrong, and from where on.').exactOptional(),
  enrichment: z
    .record(PROJECT_SCHEMA, PROJECT_ENRICHMENT_SCHEMA)
    .describe('Channels and own domains by project, for what is derived from events.')
    .exactOptional(),
  placeHeaders: PLACE_HEADERS_SCHEMA.describe(
    'Headers by which your own edge tells where a visitor is. Whoever reaches the collector past it can write them. Default: none.',
  ).exactOptional(),
  placeDatabase: z
    .string()
    .min(1)
    .describe(
      "File in MaxMind's format by which addresses of visitors are looked up, from the folder of this file. Default: none.",
    )
    .exactOptional(),
  keepAddresses: z
    .boolean()
    .describe('Whether visitors’ addresses stay with their events. Default: false, they go once they are looked up.')
    .exactOptional(),
  joinByEmail: z
    .array(PROJECT_SCHEMA)
    .describe(
      'Projects in which visitors with one e-mail address are one person, by events from sk_ keys alone. Default: none.',
    )
    .exactOptional(),
  keys: KEYS_SCHEMA.describe('Keys besides those in the store.').exactOptional(),
  dialects: DIALECTS_SCHEMA.describe('Credentials of other services whose clients may send here.').exactOptional(),
  forward: FORWARDS_SCHEMA.describe('Where events go from here, besides.').exactOptional(),
  createKeys: z
    .boolean()
    .describe('Whether a pk_ and an sk_ key are made when there is no key at all, and shown once. Default: false.')
    .exactOptional(),
  loginLink: z
    .boolean()
    .describe('Whether each start prints a one-time link to the live page. Default: false, only until the first event.')
    .exactOptional(),
})

/** What the configuration file holds. */
export type Config = z.infer<typeof OPTIONS>

/** The rules between two options are in the JSON Schema by `meta`: it cannot be derived from code. */
export const CONFIG_SCHEMA = OPTIONS.refine(
  ({ dataDir, databaseUrl }) => dataDir === undefined || databaseUrl === undefined,
  {
    message: 'there is one store: a folder or a PostgreSQL',
    path: ['databaseUrl'],
  },
)
  .refine(({ citus, databaseUrl }) => citus === undefined || databaseUrl !== undefined, {
    message: 'it is for a databaseUrl',
    path: ['citus'],
  })
  .meta({
    title: 'Configuration of threadline',
    not: { required: ['dataDir', 'databaseUrl'] },
    dependentRequired: { citus: ['databaseUrl'] },
  })

/** The JSON Schema of the file. `config.schema.json` is this, written down. */
export function configJsonSchema(): object {
  return z.toJSONSchema(CONFIG_SCHEMA)
}
