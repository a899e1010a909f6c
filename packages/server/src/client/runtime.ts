import type { Clock } from '@threadline/core'
import type { TextOf } from '@threadline/schema'
import type { Spool, SpoolOptions, SpoolParts } from '../spool/options.ts'
import type { Transport } from '../transport/transport.ts'
import type { Ambient } from './ambient.ts'

/** What differs between runtimes, and what tests put in its place. */
export interface Runtime {
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** UTF-8 bytes of a string. */
  readonly byteLength: (text: string) => number
  /** A faster way from ASCII to a string, where there is one. */
  readonly textOf?: TextOf
  /**
   * Runs something outside the asynchronous context of whoever calls. Absent where there are no such contexts.
   */
  readonly detached?: (run: () => void) => void
  /** Whether a request must not wait for what another one started. Absent where it may. */
  readonly isRequestBound?: () => boolean
  /** Keeps a value for what a function calls and awaits. Absent, or gives nothing, where there are no such contexts. */
  readonly createAmbient?: <Value>() => Ambient<Value> | undefined
  /** Called at the first capture, unless the user brings a transport. */
  readonly createTransport: () => Transport
  /** Absent where there is no file system. */
  readonly openSpool?: (options: SpoolOptions, parts: SpoolParts) => Spool
}
