import { ThreadlineError } from '@threadline/core'
import type { Instance } from '../contract/instance.ts'

/** Runs a verb. What a page passes in may throw when it is looked at: that is reported, and never reaches the page. */
export function safely<Result>(instance: Instance, verb: (instance: Instance) => Result): Result | undefined {
  try {
    return verb(instance)
  } catch (cause) {
    instance.emit('failed', new ThreadlineError('not_serializable', `call: ${cause}`))
    return undefined
  }
}
