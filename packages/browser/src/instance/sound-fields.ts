import { ThreadlineError } from '@threadline/core'
import type { Emit } from '../contract/hooks.ts'

/**
 * What a field has to be for a collector to accept its event, as the language names the kinds of its values. Money is not among
 * them: an event with a wrong amount is refused rather than counted without one.
 */
const KINDS: { readonly [field: string]: string } = {
  properties: 'Object',
  traits: 'Object',
  utm: 'Object',
  clickIds: 'Object',
  eventId: 'String',
  email: 'String',
  url: 'String',
  path: 'String',
  title: 'String',
  referrer: 'String',
}

/**
 * Leaves out the fields of an event that are of another kind than their name says: `null`, a text or a DOM event in place of
 * properties must not cost the event, or what it says of the visitor. Tells of each.
 */
export function soundFields<Fields extends object>(emit: Emit, name: string, given: Fields): Fields {
  const sound = { ...given }
  for (const [field, value] of Object.entries(given)) {
    const expected = KINDS[field]
    const kind = Object.prototype.toString.call(value).slice(8, -1)
    if (value === undefined || !expected || kind === expected) continue
    Reflect.deleteProperty(sound, field)
    emit('failed', new ThreadlineError('validation_error', `${name}: ${field} is ${kind}, not ${expected}: left out`))
  }
  return sound
}
