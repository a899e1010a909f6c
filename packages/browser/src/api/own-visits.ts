import type { Part } from '../contract/instance.ts'
import { writeRefusal } from '../identity/consent.ts'
import { addressOf } from '../page/moment.ts'
import { hasOptedOut, optOut } from './verbs.ts'

/**
 * Makes a part that keeps your own visits out: who opens a page with `?threadline=off` is not counted from then on, in this
 * browser and on all subdomains, until it is opened with `?threadline=on`. It is an opt-out like any other, so it lasts, and
 * leaves no id behind. `on` takes back an opt-out and nothing else: it is no consent.
 *
 * @param parameter - Name of the address parameter, `threadline` unless given. Anybody can use it; nobody gains by it.
 */
export function excludeOwnVisits(parameter = 'threadline'): Part {
  return (instance) => {
    const value = new URL(addressOf(instance)).searchParams.get(parameter)
    if (value === 'off') optOut(instance)
    if (value === 'on' && hasOptedOut()) {
      writeRefusal(instance.config, '')
      instance.mayTrack()
    }
    return {}
  }
}
