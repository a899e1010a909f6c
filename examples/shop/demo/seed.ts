import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import { DEMO_COLLECTOR, DEMO_KEYS } from './start.ts'
import { type Played, playTraffic } from './traffic/play.ts'
import { planTraffic } from './traffic/visits.ts'

/** Thirty days, and the thirty before, which the overview compares them with. */
const DAYS = 60

export interface SeedOptions {
  /** Folder of the demo that is to have the traffic; no demo may run on it meanwhile. */
  readonly dataDir: string
  readonly stopped: AbortSignal
  /** Called with the part that is done, 0 to 1. */
  readonly progress: (part: number) => void
}

/**
 * Plays thirty days of traffic that end now, and the thirty before them, into the demo's folder: through a collector whose clock begins then and
 * runs with what happens. The public key's events count as happening when they do, for a collector believes none that are older than a day.
 */
export async function seedDemo({ dataDir, stopped, progress }: SeedOptions): Promise<Played> {
  const plan = planTraffic({ now: Date.now(), days: DAYS })
  let clock = plan.visits[0]?.steps[0]?.at ?? Date.now()
  const collector = await startCollector({
    ...DEMO_COLLECTOR,
    port: 0,
    dataDir: join(dataDir, 'collector'),
    now: () => clock,
  })
  try {
    return await playTraffic(plan, {
      collectorUrl: collector.url,
      keys: DEMO_KEYS,
      moveClock: (now) => {
        clock = now
      },
      stopped,
      progress,
    })
  } finally {
    await collector.close()
  }
}
