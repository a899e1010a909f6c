import type { StartCollectorOptions } from '@threadline/collector'
import type { Config } from './config-schema.ts'

/** What a configuration says of what is derived from events and of whom they join, as a collector takes it. `--place-database` goes over the file. */
export function enrichmentOptions(
  { enrichment, placeHeaders, placeDatabase: configured, keepAddresses, joinByEmail }: Config,
  given: string | undefined,
): Pick<StartCollectorOptions, 'enrichment' | 'placeHeaders' | 'placeDatabase' | 'keepAddresses' | 'joinByEmail'> {
  const placeDatabase = given ?? configured
  return {
    ...(enrichment && { enrichment }),
    ...(placeHeaders && { placeHeaders }),
    ...(placeDatabase !== undefined && { placeDatabase }),
    ...(keepAddresses !== undefined && { keepAddresses }),
    ...(joinByEmail && { joinByEmail }),
  }
}
