import type { Part } from './instance.ts'
import type { Settings } from './settings.ts'

/** What a client is made with. */
export interface BrowserConfig extends Settings {
  /** Optional parts to add, for example `pageLeave`. Each is an import of its own, so that the others cost nothing. */
  readonly parts?: readonly Part[]
}
