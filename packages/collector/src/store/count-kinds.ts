/**
 * What is counted that did not become an event: `duplicate` (by event name), `invalid` (by error code), `misplaced` (by the name of a
 * server's event that a browser sent, which is `invalid` too), `lost` (by the reason that the client reports). And events that did, and that
 * reports leave out: `bot` (by the bot's name).
 */
export const COUNT_KINDS = ['duplicate', 'invalid', 'misplaced', 'lost', 'bot'] as const

export type CountKind = (typeof COUNT_KINDS)[number]

export function isCountKind(text: string): text is CountKind {
  return COUNT_KINDS.some((kind) => kind === text)
}
