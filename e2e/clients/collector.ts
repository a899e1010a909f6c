import type { DialectOptions } from '@threadline/collector'
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
  /** Everybody's events, the latest first. */
  latest(): Promise<readonly TrackEvent[]>
}

interface Settings {
  /** Credentials of other services. @defaultValue none */
  readonly dialects?: DialectOptions
}

/** Starts a collector with {@link SERVER_KEY} and {@link PAGE_KEY}; it ends with the test. */
export async function startRelayedCollector({ dialects = {} }: Settings = {}): Promise<RelayedCollector> {
  const relay = await openRelay()
  const dataDir = await temporaryDataDir()
  let running: Collect | undefined

  async function start(): Promise<void> {
    running = await startCollect(dataDir, {
      env: { THREADLINE_KEYS: `${SERVER_KEY} ${PAGE_KEY}`, THREADLINE_DIALECTS: JSON.stringify(dialects) },
    })
    relay.leadTo(running.url)
  }

  const read = (path: string) => fetch(`${running?.url}${path}`, { headers: { authorization: `Bearer ${SERVER_KEY}` } })

  await start()
  return {
    relay,
    start,
    async kill() {
      relay.leadTo(undefined)
      await running?.child.stop('SIGKILL')
    },
    async told(id) {
      const response = await read(`/v1/people/${encodeURIComponent(id)}/timeline`)
      if (response.status === 404) return { person: undefined, events: [] }
      const { person, events }: { person: Told['person']; events: readonly { readonly event: TrackEvent }[] } =
        await response.json()
      return { person, events: events.map(({ event }) => event) }
    },
    async latest() {
      const { events }: { events: readonly { readonly event: TrackEvent }[] } = await (
        await read('/v1/events?limit=1000')
      ).json()
      return events.map(({ event }) => event)
    },
  }
}
