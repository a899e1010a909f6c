import { unwatchFile, watchFile } from 'node:fs'
import { isIP } from 'node:net'
import type { CityResponse, Reader } from 'maxmind'
import type { Place } from './derived.ts'
import { placeOf } from './place.ts'

/** How often the file is looked at: those who make such files do so every few days. */
const LOOK_MS = 60_000

export interface PlaceDatabaseOptions {
  /** Told when a newer file cannot be read; what was read before goes on being used. */
  readonly onError: (error: unknown) => void
  /** How often the file is looked at, in ms. @defaultValue `60_000` */
  readonly lookMs?: number
}

export interface PlaceDatabase {
  /** Where an address is; undefined when the file does not say, or when it is none. */
  lookup(address: string): Place | undefined
  close(): void
}

/**
 * Opens a file in MaxMind's format that says where addresses are, with the country, or with regions and cities too. All of it is held in
 * memory. When the file is replaced, the new one is read.
 *
 * @throws TypeError when it cannot be read, or is no such file.
 */
export async function openPlaceDatabase(
  file: string,
  { onError, lookMs = LOOK_MS }: PlaceDatabaseOptions,
): Promise<PlaceDatabase> {
  // Loaded only where there is such a file.
  const { open } = await import('maxmind')
  const read = () => open<CityResponse>(file)
  let reader = await read().catch((error: unknown) => {
    throw new TypeError(`${file} is no file in MaxMind's format that can be read: ${messageOf(error)}`, {
      cause: error,
    })
  })

  function replaced(): void {
    read().then((newer) => {
      reader = newer
    }, onError)
  }

  watchFile(file, { persistent: false, interval: lookMs }, replaced)

  return {
    lookup(address) {
      const found = isIP(address) === 0 ? null : find(reader, address)
      const [region] = found?.subdivisions ?? []
      return placeOf(found?.country?.iso_code, region?.iso_code ?? region?.names?.en, found?.city?.names?.en)
    },
    close: () => unwatchFile(file, replaced),
  }
}

/** @throws TypeError when the file cannot be read, or is none in MaxMind's format. */
export async function checkPlaceDatabase(file: string): Promise<void> {
  const places = await openPlaceDatabase(file, { onError: () => undefined })
  places.close()
}

/** A file with addresses of IPv4 only says so by an error when it is asked for one of IPv6. */
function find(reader: Reader<CityResponse>, address: string): CityResponse | null {
  try {
    return reader.get(address)
  } catch {
    return null
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
