import type { Derived } from '../enrich/derived.ts'
import type { ColumnType } from './driver.ts'

/** The columns of events that are derived, and can be derived anew. */
export const DERIVED_COLUMNS = {
  source: 'VARCHAR',
  medium: 'VARCHAR',
  campaign: 'VARCHAR',
  origin: 'VARCHAR',
  referrer_host: 'VARCHAR',
  channel: 'VARCHAR',
  path: 'VARCHAR',
  arrival: 'INTEGER',
  device: 'VARCHAR',
  browser: 'VARCHAR',
  os: 'VARCHAR',
  bot: 'VARCHAR',
  country: 'VARCHAR',
  region: 'VARCHAR',
  city: 'VARCHAR',
  enriched: 'INTEGER',
} as const satisfies { [Column in keyof Derived]: ColumnType }
