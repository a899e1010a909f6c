import { ThreadlineError } from '@threadline/core'
import type { Emit } from '../contract/hooks.ts'

/**
 * What has to be an object for a collector to accept the event, and what a text. Money is not among them: an event with a wrong
 * amount is refused rather than counted without one.
 */
const KINDS = {
  Object: ['properties', 'traits', 'utm', 'clickIds'],
  String: ['url', 'path', 'title', 'referrer', 'eventId', 'email'],
}

/**
 * Leaves out the fields of an event that are of another kind than their name says: `null`, a text or a DOM event in place of
 * properties must not cost the event, or what it says of the visitor. Tells of each.
 */
export function soundFields<Fields extends object>(emit: Emit, name: string, given: Fields): Fields {
  const sound = { ...given }
  for (const [kind, fields] of Object.entries(KINDS)) {
    for (const field of fields) {
      const value: unknown = Reflect.get(given, field)
      if (value === undefined || Object.prototype.toString.call(value) === `[object ${kind}]`) continue
      Reflect.deleteProperty(sound, field)
      emit('failed', new ThreadlineError('validation_error', `${name}: ${field} is no ${kind}`))
    }
  }
  return sound
}
