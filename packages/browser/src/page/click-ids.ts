import type { Part } from '../contract/instance.ts'
import { addressOf } from './moment.ts'

/**
 * A part that keeps more address parameters as click ids than the well-known ones (`gclid`, `fbclid`, `msclkid` and
 * others, which need no part).
 *
 * @param names - Parameter names as they stand in the address.
 */
export function clickIds(names: readonly string[]): Part {
  return (instance) => ({
    enrich(event) {
      const query = new URL(addressOf(instance)).searchParams
      const found = names.flatMap((name) => {
        const value = query.get(name)
        return value ? [[name, value.slice(0, 500)]] : []
      })
      return found.length > 0 ? { clickIds: { ...event.clickIds, ...Object.fromEntries(found) } } : undefined
    },
  })
}
