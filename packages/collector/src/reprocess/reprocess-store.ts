import { createEnrichment, type Enrichment, type EnrichmentOptions } from '../enrich/enrichment.ts'
import { openPlaceDatabase } from '../enrich/place-database.ts'
import { openStore, type StoreLocation } from '../store/open-store.ts'
import { BEGINNING, REPROCESSED_AT_ONCE } from '../store/reprocess.ts'
import type { EventPlace, Store } from '../store/store.ts'

export interface ReprocessProgress {
  readonly project: string
  /** Events that are done, of `total` that there were to do when it began. */
  readonly done: number
  readonly total: number
}

export interface ReprocessOptions {
  readonly location: StoreLocation
  /** @defaultValue every project that has events */
  readonly project?: string
  /** First day, in UTC: `2026-01-31`. @defaultValue the first there is */
  readonly since?: string
  /** Everything, also what was derived by this version and these rules. @defaultValue false */
  readonly all?: boolean
  /** As the collector of this store has it. @defaultValue no rules of channels */
  readonly enrichment?: EnrichmentOptions['projects']
  /** As the collector of this store has it. @defaultValue addresses are not looked up */
  readonly placeDatabase?: string
  /** Is told after every part. @defaultValue nobody is told */
  readonly onProgress?: (progress: ReprocessProgress) => void
}

/**
 * Derives the columns of stored events anew that an earlier version or other rules derived. It may be ended at any time, `kill -9`
 * included, and goes on with what is left when it is called again. On PostgreSQL it runs beside collectors; a data folder must not be
 * in use.
 *
 * @returns how many events were derived anew.
 * @throws StoreError as {@link openStore} does, TypeError for rules or a file that are wrong.
 */
export async function reprocessStore(options: ReprocessOptions): Promise<number> {
  const { location, project, placeDatabase } = options
  // It ends before anybody replaces the file.
  const places =
    placeDatabase === undefined ? undefined : await openPlaceDatabase(placeDatabase, { onError: () => undefined })
  places?.close()
  const enrichment = createEnrichment({ projects: options.enrichment, lookup: places?.lookup })
  const store = await openStore(location)
  try {
    const projects = project === undefined ? await store.projects() : [project]
    let sum = 0
    for (const each of projects) {
      sum += await reprocessProject({ ...options, project: each, store, enrichment })
    }
    return sum
  } finally {
    await store.close()
  }
}

interface OneProject extends Pick<ReprocessOptions, 'since' | 'all' | 'onProgress'> {
  readonly project: string
  readonly store: Store
  readonly enrichment: Enrichment
}

async function reprocessProject({ project, store, enrichment, since, all = false, onProgress }: OneProject) {
  const query = {
    revision: enrichment.revision(project),
    since: since === undefined ? 0 : Date.parse(since),
    ...(all && { allUntil: Date.now() }),
  }
  const total = await store.countOld(project, query)
  let done = 0
  let after: EventPlace | null = BEGINNING
  while (after) {
    const part: Awaited<ReturnType<Store['reprocess']>> = await store.reprocess(project, {
      ...query,
      derive: enrichment.derive,
      after,
      limit: REPROCESSED_AT_ONCE,
    })
    done += part.events
    after = part.next
    if (part.events > 0) onProgress?.({ project, done, total })
  }
  return done
}
