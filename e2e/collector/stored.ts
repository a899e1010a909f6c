import { openStore, type StoreLocation } from '@threadline/collector'

/** The ids of every stored event, as often as they are stored, read from the store itself. */
export async function storedIds(location: StoreLocation): Promise<string[]> {
  const store = await openStore(location)
  try {
    const events = await store.latest('default', 1_000_000)
    return events.map(({ eventId }) => eventId)
  } finally {
    await store.close()
  }
}
