/**
 * The name under which a service knows an event, if `names` has one.
 *
 * Looked up as an own member: an event may be called `constructor`.
 */
export function serviceName(names: { readonly [event: string]: string }, event: string): string | undefined {
  return Object.hasOwn(names, event) ? names[event] : undefined
}
