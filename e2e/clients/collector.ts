import type { TrackEvent } from '@threadline/schema'
import { type Collect, startCollect } from '../cli/collect.ts'
import { SERVER_KEY } from '../collector/keys.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { openRelay, type Relay } from './relay.ts'

export const PAGE_KEY = 'pk_e2e_page'

/** A person as the collector knows them. */
export interface Told {
  readonly person: { readonly userId: string | null; readonly anonymousIds: readonly string[] } | undefined
  readonly events: readonly TrackEvent[]
}

/** A collector behind a relay, which can be killed and started again while clients go on. */
export interface RelayedCollector {
  readonly relay: Relay
  /** Ends it at once, by SIGKILL. */
  kill(): Promise<void>
  /** Starts it on the data that it left. */
  start(): Promise<void>
  /** The person behind an id and their events, oldest first. */
  told(id: string): Promise<Told>
}

/** Starts a collector with {@link SERVER_KEY} and {@link PAGE_KEY}; it ends with the test. */
export async function startRelayedCollector(): Promise<RelayedCollector> {
  const relay = await openRelay()
  const dataDir = await temporaryDataDir()
  let running: Collect | undefined

  async function start(): Promise<void> {
    running = await startCollect(dataDir, { env: { THREADLINE_KEYS: `${SERVER_KEY} ${PAGE_KEY}` } })
    relay.leadTo(running.url)
  }

  await start()
  return {
    relay,
    start,
    async kill() {
      relay.leadTo(undefined)
      await running?.child.stop('SIGKILL')
    },
    async told(id) {
      const response = await fetch(`${running?.url}/v1/people/${encodeURIComponent(id)}/timeline`, {
        headers: { authorization: `Bearer ${SERVER_KEY}` },
      })
      if (response.status === 404) return { person: undefined, events: [] }
      const { person, events }: { person: Told['person']; events: readonly { readonly event: TrackEvent }[] } =
        await response.json()
      return { person, events: events.map(({ event }) => event) }
    },
  }
}
