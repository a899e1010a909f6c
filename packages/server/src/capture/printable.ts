/** Names a value in a message: cut, because what is wrong may be anything, of any length. Never throws. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** The first line of what was thrown, which need not be an error, nor readable. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    const message: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'message') : undefined
    return typeof message === 'string' && message !== '' ? (message.split('\n')[0] ?? '') : shown(thrown)
  } catch {
    return 'an object'
  }
}
